import type { ShownContent } from '@pulsemq/protocol';

/** Characters of a value to show. */
const shownLength = 200;

/** A payload that the HTTP API shows, as one line. */
export function shownContentText(content: ShownContent): string {
  switch (content.kind) {
    case 'text':
      return cut(content.text, content.is_cut);
    case 'table':
      return tableText(content);
    case 'bytes':
      return `base64 ${cut(content.base64, content.is_cut)}`;
    case 'unreadable':
      return `unreadable: ${content.problem}`;
    default:
      return content satisfies never;
  }
}

/** One row with its column names, or the shape of several. */
function tableText({ columns, rows, row_count }: Extract<ShownContent, { kind: 'table' }>): string {
  const names = columns.map(({ name }) => name);
  const [row] = rows;
  if (row_count !== 1 || row === undefined) return `${row_count} rows of ${names.join(', ')}`;
  const cells = names.map((name, index) => `${name}=${row[index] === null ? '-' : String(row[index])}`);
  return cut(cells.join(' '), false);
}

const cut = (text: string, isCut: boolean): string =>
  isCut || text.length > shownLength ? `${text.slice(0, shownLength)}...` : text;
