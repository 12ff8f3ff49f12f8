import type { LiveEvent, SlowConnection, TopicStats } from '@pulsemq/protocol';
import { byteText, countText, durationText } from '../output/units.js';

/** One column of the live view. */
export interface TopColumn<Row> {
  readonly title: string;
  /** Characters; 0 takes what is left. */
  readonly width: number;
  readonly text: (row: Row) => string;
  readonly order: (row: Row) => number | string;
}

/** A column with a width, and its cells cut or filled up to it. */
export interface FixedColumn extends TopColumn<never> {
  readonly cell: (text: string) => string;
}

const number = <Row>(title: string, width: number, value: (row: Row) => number, shown = countText): TopColumn<Row> => ({
  ...{ title, width, order: value },
  text: (row) => shown(value(row)),
});

const text = <Row>(title: string, width: number, value: (row: Row) => string): TopColumn<Row> => ({
  ...{ title, width, order: value, text: value },
});

const ageMs = ({ last_published_at }: TopicStats): number => Math.max(0, Date.now() - Date.parse(last_published_at));

export const topicColumns: readonly TopColumn<TopicStats>[] = [
  number('MSG/S', 9, (one) => one.msg_rate),
  number('BYTES/S', 10, (one) => one.byte_rate, byteText),
  number('READERS', 8, (one) => one.subscriber_count),
  number('DROPPED', 9, (one) => one.dropped_total),
  number('AGE', 8, ageMs, durationText),
  text('TOPIC', 0, (one) => `${one.namespace}:${one.name}${one.is_stale ? ' (stale)' : ''}`),
];

export const clientColumns: readonly TopColumn<SlowConnection>[] = [
  number('LAG ms', 9, (one) => one.lag_ms),
  number('QUEUED', 10, (one) => one.queued_bytes, byteText),
  number('DROPPED', 9, (one) => one.dropped_total),
  text('SLOW', 5, (one) => (one.is_slow ? 'yes' : 'no')),
  text('ID', 8, (one) => one.connection_id),
  text('CLIENT', 0, (one) => `${one.username ?? '(unknown)'} ${one.address}`),
];

export const eventColumns: readonly TopColumn<LiveEvent>[] = [
  text('TIME', 9, (one) => one.at.slice(11, 19)),
  text('KIND', 16, (one) => one.kind),
  text('WHAT', 0, (one) => one.text),
];

const numberTitles = new Set(['MSG/S', 'BYTES/S', 'READERS', 'DROPPED', 'AGE', 'LAG ms', 'QUEUED']);

/** The columns of a table in a screen of that width. */
export function fixedColumns<Row>(columns: readonly TopColumn<Row>[], screenWidth: number): FixedColumn[] {
  const taken = columns.reduce((sum, { width }) => sum + width + 1, -1);
  for (const column of columns) {
    const width = column.width === 0 ? Math.max(4, screenWidth - taken) : column.width;
    const cell = (shown: string): string => {
      const cut = shown.slice(0, width);
      return numberTitles.has(column.title) ? cut.padStart(width) : cut.padEnd(width);
    };
    Object.assign(column, { cell });
  }
  return columns as unknown as FixedColumn[];
}
