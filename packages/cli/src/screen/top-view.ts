import type { LiveEvent, SystemFigures, TopicStats } from '@pulsemq/protocol';
import type { Colors } from '../output/colors.js';
import { plainText } from '../output/plain-text.js';
import { byteText, countText, durationText } from '../output/units.js';
import { clientColumns, eventColumns, lineOf, type TopColumn, topicColumns } from './top-columns.js';

/** What the broker has sent. */
export interface TopData {
  figures: SystemFigures | null;
  topics: readonly TopicStats[];
  events: readonly LiveEvent[];
  /** The current problem, or an empty text. */
  problem: string;
}

export const topPages = ['topics', 'clients', 'events'] as const;
export type TopPage = (typeof topPages)[number];

/** What the user has chosen with keys. */
export interface TopState {
  page: TopPage;
  /** Column to sort by. */
  sortIndex: number;
  /** First visible row. */
  scroll: number;
}

/** The table of a page as texts, in order. */
interface Table {
  readonly columns: readonly Pick<TopColumn<never>, 'title' | 'width' | 'isNumber'>[];
  readonly rows: readonly (readonly string[])[];
}

/** The lines of the screen: as many as it has rows, none wider than its columns. Keeps `state` within the table. */
export function topLines(
  data: TopData,
  state: TopState,
  size: { readonly columns: number; readonly rows: number },
  paint: Colors,
): string[] {
  const fit = (text: string): string => text.slice(0, size.columns).padEnd(size.columns);
  const head = headLines(data).map(fit);
  const table = tableOf(data, state);
  const height = Math.max(1, size.rows - head.length - 3);
  state.scroll = Math.max(0, Math.min(state.scroll, table.rows.length - height));
  const rows = table.rows.slice(state.scroll, state.scroll + height);
  const lines = rows.map((cells) => lineOf(table.columns, cells, size.columns));
  return [
    paint.bold(head[0]!),
    ...head.slice(1),
    fit(tabsText(state)),
    paint.inverse(fit(lineOf(table.columns, titlesOf(table, state), size.columns))),
    ...Array.from({ length: height }, (_, index) => fit(lines[index] ?? '')),
    data.problem === ''
      ? paint.dim(fit('q quit  1 2 3 or tab page  left right sort  up down scroll'))
      : paint.red(fit(plainText(data.problem))),
  ];
}

const tabsText = ({ page }: TopState): string =>
  topPages.map((name, index) => (name === page ? `[${index + 1} ${name}]` : ` ${index + 1} ${name} `)).join(' ');

/** The titles; a star marks the column that is sorted by. Events are always in the order of time. */
const titlesOf = ({ columns }: Table, { page, sortIndex }: TopState): string[] =>
  columns.map(({ title }, index) => (index === sortIndex && page !== 'events' ? `${title}*` : title));

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
  switch (state.page) {
    case 'topics':
      return sortedTable(topicColumns, data.topics, state);
    case 'clients':
      return sortedTable(clientColumns, data.figures?.slowest ?? [], state);
    case 'events':
      return tableFrom(eventColumns, data.events.toReversed());
    default:
      return state.page satisfies never;
  }
}

/** Sorts numbers from large to small, texts alphabetically. */
function sortedTable<Row>(columns: readonly TopColumn<Row>[], rows: readonly Row[], state: TopState): Table {
  state.sortIndex = Math.max(0, Math.min(state.sortIndex, columns.length - 1));
  const { order } = columns[state.sortIndex]!;
  const compare = (left: Row, right: Row): number => {
    const [a, b] = [order(left), order(right)];
    return typeof a === 'number' && typeof b === 'number' ? b - a : String(a).localeCompare(String(b));
  };
  return tableFrom(columns, rows.toSorted(compare));
}

const tableFrom = <Row>(columns: readonly TopColumn<Row>[], rows: readonly Row[]): Table => ({
  columns,
  rows: rows.map((row) => columns.map((column) => plainText(column.text(row)))),
});
