import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { directions, type Kind } from './directions.js';
import { withTables } from './document.mjs';

/** Each cell of table.json whose direction TypeScript runs. The Python tests run the others. */

const read = (name: string): string => readFileSync(new URL(name, import.meta.url), 'utf8');
const table = JSON.parse(read('table.json')) as {
  readonly directions: readonly { readonly id: string; readonly runs: 'typescript' | 'python' }[];
  readonly kinds: readonly Kind[];
};
/** Written by write_streams.py. */
const streams = JSON.parse(read('streams.json')) as Readonly<Record<string, string>>;

const ids = table.directions.map(({ id }) => id);

test('every kind has one of the allowed cells for every direction', () => {
  for (const { name, cells } of table.kinds) {
    expect(Object.keys(cells), name).toEqual(ids);
    for (const [id, cell] of Object.entries(cells)) {
      expect(cell, `${name}, ${id}`).toMatch(/^(none|equal(: \S.*)?|refused: PMQ_(BAD_PAYLOAD|PAYLOAD_TOO_LARGE))$/);
    }
  }
});

test('TypeScript runs the directions that the table says', () => {
  expect(Object.keys(directions)).toEqual(
    table.directions.filter(({ runs }) => runs === 'typescript').map(({ id }) => id),
  );
});

describe.each(Object.entries(directions))('%s', (id, run) => {
  test.each(table.kinds.map((kind) => [kind.name, kind] as const))('%s', async (name, { frame, cells }) => {
    const stream = streams[name] === undefined ? undefined : Buffer.from(streams[name], 'base64');
    expect(await run({ frame, stream })).toBe(cells[id]);
  });
});

test('docs/dataframes.md has the tables of today; `npm run fidelity-table` writes them', () => {
  const text = read('../../docs/dataframes.md');
  expect(text).toBe(withTables(text));
});
