import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const text = readFileSync(join(root, 'docs', 'architecture.md'), 'utf8');
const section = text.slice(text.indexOf('## Where to change what'), text.indexOf('## Packages'));
const rows = section.split('\n').filter((line) => /^\| (?!to \||---)/.test(line));

/** A file of the repository, or of the broker's source, or beside the one that was named before it. */
function isThere(path: string, before: string | undefined): boolean {
  const beside = before === undefined ? [] : [join(dirname(before), path)];
  return [path, ...beside].some((one) =>
    [one, join('packages/broker/src', one)].some((at) => existsSync(join(root, at))),
  );
}

test.each(rows)('docs/architecture.md names files that are there: %s', (row) => {
  const paths = [...row.matchAll(/`([\w./-]+\.(?:tsx?|md)|[\w./-]+\/)`/g)].map(([, path]) => path!);
  expect(paths.length).toBeGreaterThan(0);
  for (const [index, path] of paths.entries()) {
    expect(isThere(path, paths[index - 1]), `${path} is not there`).toBe(true);
  }
});
