import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const docs = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs');
const text = readFileSync(join(docs, 'reliability.md'), 'utf8');
const promises = text
  .split('\n')
  .filter((line) => /^\| [^|]+ \| [^|]+ \| \[(test|script)\]/.test(line))
  .map((line) => [line.split('|')[1]!.trim(), line] as const);

test('the first table of docs/reliability.md links each promise to what shows it', () => {
  const table = text.slice(0, text.indexOf('`GET /health`'));
  const rows = table.split('\n').filter((line) => line.startsWith('| ')).length;
  expect(promises.length).toBe(rows - 1);
});

test.each(promises)('%s: what shows it is there', (_, line) => {
  const links = [...line.matchAll(/\[(test|script)\]\((\S+?)(?: "([^"]*)")?\)/g)];
  expect(links.length).toBeGreaterThan(0);
  for (const [, kind, path, name] of links) {
    const file = join(docs, path!);
    expect(existsSync(file), path).toBe(true);
    if (kind === 'test') expect(readFileSync(file, 'utf8')).toContain(name);
  }
});
