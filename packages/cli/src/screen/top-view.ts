import type { LiveEvent, SystemFigures, TopicStats } from '@pulsemq/protocol';
import type { Colors } from '../output/colors.js';
import { plainText } from '../output/plain-text.js';
import { byteText, countText, durationText } from '../output/units.js';
import { clientColumns, eventColumns, fixedColumns, type TopColumn, topicColumns } from './top-columns.js';

/** What there is to show. */
export interface TopData {
  figures: SystemFigures | null;
  topics: readonly TopicStats[];
  events: readonly LiveEvent[];
  /** What is wrong at the moment, or empty. */
  problem: string;
}

export const topPages = ['topics', 'clients', 'events'] as const;
export type TopPage = (typeof topPages)[number];

/** What the keys have chosen. */
export interface TopState {
  page: TopPage;
  sortIndex: number;
  scroll: number;
}

/** Rows of the page in their order, and its columns. */
interface Table {
  readonly columns: readonly TopColumn<never>[];
  readonly rows: readonly unknown[];
}

/** The lines of the screen; none is wider than it, and there are no more than fit. */
export function topLines(
  data: TopData,
  state: TopState,
  size: { columns: number; rows: number },
  paint: Colors,
): string[] {
  const fit = (text: string): string => text.slice(0, size.columns).padEnd(size.columns);
  const head = headLines(data).map(fit);
  const table = tableOf(data, state);
  const height = Math.max(1, size.rows - head.length - 3);
  state.scroll = Math.max(0, Math.min(state.scroll, table.rows.length - height));
  const columns = fixedColumns(table.columns, size.columns);
  const title = columns
    .map((column) => {
      const isSorted = table.columns.indexOf(column) === state.sortIndex && state.page !== 'events';
      return column.cell(`${column.title}${isSorted ? '*' : ''}`);
    })
    .join(' ');
  const rows = table.rows
    .slice(state.scroll, state.scroll + height)
    .map((row) => columns.map((column) => column.cell(plainText(column.text(row as never)))).join(' '));
  const tabs = topPages
    .map((page, index) => `${index + 1} ${page}`)
    .map((text, index) => (topPages[index] === state.page ? `[${text}]` : ` ${text} `));
  return [
    paint.bold(head[0]!),
    ...head.slice(1),
    fit(tabs.join(' ')),
    paint.inverse(fit(title)),
    ...Array.from({ length: height }, (_, index) => fit(rows[index] ?? '')),
    data.problem === ''
      ? paint.dim(fit('q quit  1 2 3 or tab page  left right sort  up down scroll'))
      : paint.red(fit(plainText(data.problem))),
  ];
}

function headLines({ figures }: TopData): string[] {
  if (figures === null) return ['PulseMQ: waiting for the first figures', '', '', ''];
  const delay = figures.broker_to_socket_us;
  return [
    `PulseMQ ${figures.version}  up ${durationText(figures.uptime_seconds * 1_000)}  ${figures.at.slice(11, 19)} UTC`,
    `in ${countText(figures.msg_rate)}/s ${byteText(figures.byte_rate)}/s  out ${countText(figures.delivered_rate)}/s ` +
      `${byteText(figures.delivered_byte_rate)}/s  dropped ${countText(figures.dropped_rate)}/s`,
    `${figures.sessions} sessions  ${figures.subscribers} subscribers  ${figures.slow_subscribers} slow  ` +
      `${figures.topics} topics  ${figures.stale_topics} stale  queued ${byteText(figures.queued_bytes)}`,
    `delay p50 ${delay?.p50 ?? '-'} p99 ${delay?.p99 ?? '-'} us  loop lag ${figures.engine_loop_lag_ms}/${figures.control_loop_lag_ms} ms  ` +
      `cpu ${Math.round(figures.cpu_percent)} %  memory ${Math.round(figures.memory_mb)} MB`,
  ];
}

function tableOf(data: TopData, state: TopState): Table {
  if (state.page === 'events') return { columns: eventColumns, rows: [...data.events].reverse() };
  if (state.page === 'clients') return sorted(clientColumns, data.figures?.slowest ?? [], state);
  return sorted(topicColumns, data.topics, state);
}

/** Numbers greatest first, text by the alphabet. */
function sorted<Row>(columns: readonly TopColumn<Row>[], rows: readonly Row[], state: TopState): Table {
  state.sortIndex = Math.max(0, Math.min(state.sortIndex, columns.length - 1));
  const { order } = columns[state.sortIndex]!;
  const compare = (left: Row, right: Row): number => {
    const [a, b] = [order(left), order(right)];
    return typeof a === 'number' && typeof b === 'number' ? b - a : String(a).localeCompare(String(b));
  };
  return { columns, rows: [...rows].sort(compare) };
}
