// npm run test:promises: breaks each promise of docs/reliability.md on purpose, one after the other, and checks that the test which the page
// names fails. It changes source files for a moment and puts them back, so it wants a tree without changes.
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { breaks } from './breaks.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs', 'reliability.md'), 'utf8');
const projects = ['packages/zmtp', 'packages/broker', 'packages/client', 'packages/cli'];
const { values } = parseArgs({ options: { only: { type: 'string' } } });

/** Files and names of the tests that the page links in the row of a promise. */
function testsOf(promise) {
  const row = page.split('\n').find((line) => line.startsWith(`| ${promise} |`));
  if (row === undefined) throw new Error(`docs/reliability.md has no row "${promise}"`);
  return [...row.matchAll(/\[test\]\(\.\.\/(\S+) "([^"]*)"\)/g)].map(([, file, name]) => ({ file, name }));
}

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const run = (command, words) => spawnSync(command, words, { cwd: root, encoding: 'utf8' });
const build = () => run('npx', ['tsc', '-b', ...projects]);

/** True when every test passes. */
function pass(tests) {
  const files = tests.map(({ file }) => file);
  const names = tests.map(({ name }) => escaped(name)).join('|');
  const { status, stdout } = run('npx', ['vitest', 'run', ...files, '-t', names]);
  if (!/ (passed|failed)/.test(stdout)) throw new Error(`no test ran: ${files.join(', ')}\n${stdout}`);
  return status === 0;
}

/** Breaks one promise. Returns what went wrong, or undefined when the tests have seen it. */
function tryBreak({ promise, file, find, replace, isBuilt }) {
  const path = join(root, file);
  const source = readFileSync(path, 'utf8');
  const broken = source.replace(find, replace);
  if (broken === source) return `${file} does not have ${find} any more: bring test/promises/breaks.mjs up to date`;
  try {
    writeFileSync(path, broken);
    if (isBuilt) build();
    return pass(testsOf(promise)) ? `${file} is broken, and its tests pass` : undefined;
  } finally {
    writeFileSync(path, source);
  }
}

if (execFileSync('git', ['status', '--porcelain', 'packages'], { cwd: root, encoding: 'utf8' }) !== '') {
  console.error('promises: packages/ has changes that are not committed: commit or stash them first');
  process.exit(2);
}
const faults = [];
try {
  for (const one of breaks.filter(({ promise }) => values.only === undefined || promise.includes(values.only))) {
    const fault = tryBreak(one);
    console.log(
      `${fault === undefined ? 'seen  ' : 'UNSEEN'} ${one.promise}${fault === undefined ? '' : `: ${fault}`}`,
    );
    if (fault !== undefined) faults.push(one.promise);
  }
} finally {
  build();
}
console.log(
  faults.length === 0 ? 'promises: each fault was seen by its test' : `promises: ${faults.length} faults were not seen`,
);
process.exit(faults.length === 0 ? 0 : 1);
