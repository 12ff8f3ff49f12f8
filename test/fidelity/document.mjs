// The part of docs/dataframes.md that is made of table.json.
import { readFileSync } from 'node:fs';

const table = JSON.parse(readFileSync(new URL('table.json', import.meta.url), 'utf8'));
const titles = Object.fromEntries(table.directions.map(({ id, title }) => [id, title]));

/** The columns of the tables: directions that mostly have the same result are one column. */
const columns = [
  ['TypeScript, df_pyarrow', 'ts-rows>df_pyarrow>ts', 'ts-columns>df_pyarrow>ts', 'arrow>ts', 'arrow>ts>arrow'],
  ['TypeScript, df_msgpack', 'ts-rows>df_msgpack>ts', 'ts-columns>df_msgpack>ts'],
  [
    'pandas, df_pyarrow',
    'pandas>df_pyarrow>pandas',
    'pandas>df_pyarrow>ts>df_pyarrow>pandas',
    'ts-rows>df_pyarrow>pandas',
  ],
  [
    'pandas, df_msgpack',
    'pandas>df_msgpack>pandas',
    'pandas>df_msgpack>ts>df_msgpack>pandas',
    'ts-rows>df_msgpack>pandas',
  ],
  [
    'polars and pyarrow, df_pyarrow',
    'polars>df_pyarrow>polars',
    'polars>df_pyarrow>ts>df_pyarrow>polars',
    'pyarrow>df_pyarrow>pyarrow',
  ],
  ['polars and pyarrow, df_msgpack', 'polars>df_msgpack>polars', 'pyarrow>df_msgpack>pyarrow'],
  ['CSV and JSON in', 'csv>ts', 'json>ts', 'api>ts'],
  ['JSON, CSV, console out', 'ts>json', 'ts>csv', 'ts>console'],
];

const shortOf = (cell) =>
  cell.startsWith('refused') ? '**refused**' : cell.replace(/^equal: (.*)$/, 'equal, as `$1`');

/** One result for several directions; if they differ, each result with its directions. */
function resultOf(cells, ids) {
  const results = new Map();
  for (const id of ids) {
    if (cells[id] === 'none') continue;
    const result = shortOf(cells[id]);
    results.set(result, [...(results.get(result) ?? []), titles[id]]);
  }
  if (results.size <= 1) return [...results.keys()][0] ?? '';
  return [...results].map(([result, from]) => `${result}: ${from.join('; ')}`).join('. ');
}

const escaped = (text) => text.replaceAll('|', '\\|');
const code = (text) => (text === null || text === '' ? '' : `\`${escaped(text)}\``);

function groupTable(kinds) {
  const head = ['kind', 'pandas', 'Arrow', 'polars', 'in `rows()`', ...columns.map(([title]) => title)];
  const lines = kinds.map(({ name, pandas, arrow, polars, ts, cells }) => [
    escaped(name),
    code(pandas),
    code(arrow),
    code(polars),
    ts,
    ...columns.map(([, ...ids]) => resultOf(cells, ids)),
  ]);
  return [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The tables, one for each group of kinds. */
export function fidelityTables() {
  const groups = [...new Set(table.kinds.map(({ group }) => group))];
  return groups
    .map((group) => `### ${group}\n\n${groupTable(table.kinds.filter((kind) => kind.group === group))}`)
    .join('\n\n');
}

const marks = /<!-- fidelity:start -->[\s\S]*<!-- fidelity:end -->/;

/** The document with the tables of today. */
export const withTables = (text) =>
  text.replace(marks, () => `<!-- fidelity:start -->\n\n${fidelityTables()}\n\n<!-- fidelity:end -->`);
