import type { ShownContent } from '@pulsemq/protocol';
import { fieldsOf } from '../prices/price-fields.js';
import { cellTexts } from './cell-text.js';
import { type TableContent, tableOf } from './payload-shape.js';

/** A value in the line of a list. */
export interface PreviewCell {
  readonly name: string;
  readonly text: string;
}

/** Values of one line, and characters of each. */
const cellMaxCount = 12;
const cellMaxChars = 40;

const short = (text: string): string => (text.length > cellMaxChars ? `${text.slice(0, cellMaxChars)}…` : text);

/** The columns in the order in which a reader looks for them: the prices, then the others as they are. */
function ordered(names: readonly string[]): readonly string[] {
  const { last, bid, ask, volume } = fieldsOf(names);
  return [...new Set([...last, ...bid, ...ask, ...volume, ...names])];
}

function cellsOf({ columns, rows }: TableContent): readonly PreviewCell[] {
  const row = rows.at(-1) ?? [];
  const texts = cellTexts({ kind: 'table', columns, rows: [row], row_count: 1 });
  const names = columns.map(({ name }) => name);
  return ordered(names)
    .slice(0, cellMaxCount)
    .map((name) => {
      const at = names.indexOf(name);
      const value = row[at];
      const text = value === null || value === undefined ? 'null' : texts[at]!(value);
      return { name, text: short(text) };
    });
}

export interface Preview {
  readonly cells: readonly PreviewCell[];
  /** Rows of the payload; the cells are those of the last one. */
  readonly rowCount: number;
}

/** The values of the last row of a DataFrame or of JSON records, prices first; undefined for any other payload. */
export function previewCells(content: ShownContent): Preview | undefined {
  const table = tableOf(content);
  if (table === undefined || table.rows.length === 0) return undefined;
  return { cells: cellsOf(table), rowCount: table.row_count };
}
