import type { TFunction } from 'i18next';
import type { HistoryRow } from '../../api/history.js';
import { exact } from '../../format/number.js';
import { clockMsText, dateText } from '../../format/time.js';
import type { Column } from '../../parts/table/column.js';

/** Columns of the payload that a narrow screen has room for. */
const narrowCount = 2;
const timeForm = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

const textOf = (value: unknown): string => {
  if (value === null || value === undefined) return '';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
};

const timeText = (iso: string): string => `${dateText(new Date(iso))} ${clockMsText(new Date(iso))}`;

type Kind = 'number' | 'time' | 'other';

/** What all cells of a column are, but for the empty ones. */
function kindOf(cells: readonly unknown[]): Kind {
  if (cells.every((cell) => typeof cell === 'number')) return 'number';
  return cells.every((cell) => typeof cell === 'string' && timeForm.test(cell)) ? 'time' : 'other';
}

/** Columns for time and sequence, and one for each column of the payloads. */
export function pastColumns(t: TFunction, rows: readonly HistoryRow[]): readonly Column<HistoryRow>[] {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter((name) => !isOwn(name));
  const columns = names.map((name) => payloadColumn(name, rows));
  const numbers = columns.filter(({ isNumber }) => isNumber);
  const narrow = (numbers.length > 0 ? numbers : columns).slice(0, narrowCount);
  return [
    {
      key: '_received_at',
      head: t('topic.receivedAt'),
      width: '180px',
      narrowWidth: '176px',
      isNarrow: true,
      cell: ({ _received_at }) => <span title={String(_received_at)}>{timeText(String(_received_at))}</span>,
    },
    {
      key: '_sequence',
      head: t('topics.sequence'),
      width: '98px',
      isNumber: true,
      cell: ({ _sequence }) => exact(Number(_sequence)),
    },
    ...columns.map((column) => ({ ...column, isNarrow: narrow.includes(column) })),
  ];
}

const isOwn = (name: string): boolean => ['_topic', '_sequence', '_received_at'].includes(name);

/** Digits after the point that all numbers of a column get, so that their points stand below each other; null for numbers such as 1e-9. */
function decimalsOf(numbers: readonly number[]): number | null {
  const texts = numbers.map(String);
  if (texts.some((text) => text.includes('e'))) return null;
  return Math.max(0, ...texts.map((text) => text.split('.')[1]?.length ?? 0));
}

const widths: Readonly<Record<Kind, string>> = { number: '110px', time: '180px', other: 'minmax(110px, 1fr)' };

function payloadColumn(name: string, rows: readonly HistoryRow[]): Column<HistoryRow> {
  const cells = rows.map((row) => row[name]).filter((cell) => cell !== undefined && cell !== null);
  const kind = kindOf(cells);
  const decimals = kind === 'number' ? decimalsOf(cells as number[]) : null;
  const shown = (cell: unknown): string => {
    if (typeof cell === 'number' && decimals !== null) return cell.toFixed(decimals);
    return typeof cell === 'string' && kind === 'time' ? timeText(cell) : textOf(cell);
  };
  return {
    key: name,
    head: name,
    width: widths[kind],
    isNumber: kind === 'number',
    cell: (row) => <span title={textOf(row[name])}>{shown(row[name])}</span>,
    text: (row) => textOf(row[name]),
  };
}
