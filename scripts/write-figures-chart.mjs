// npm run figures-chart [-- RESULT.json]: writes docs/figures.svg, the chart of the READMEs. From the JSON of `npm run bench -- --json`, for
// the commit that is checked out; without a file from the table of docs/figures.md.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { chart, ofDocument, ofResult } from './figures-chart.mjs';

const docs = new URL('../docs/', import.meta.url);
const [file] = process.argv.slice(2);

function figures() {
  if (file === undefined) return ofDocument(readFileSync(new URL('figures.md', docs), 'utf8'));
  const commit = execFileSync('git', ['rev-parse', '--short', 'HEAD'], { encoding: 'utf8' }).trim();
  return ofResult(JSON.parse(readFileSync(file, 'utf8')), commit);
}

writeFileSync(new URL('figures.svg', docs), chart(figures()));
