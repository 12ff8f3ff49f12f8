import type { LiveEvent, SlowConnection, TopicStats } from '@pulsemq/protocol';
import { byteText, countText, durationText } from '../output/units.js';

/** One column of the live view. */
export interface TopColumn<Row> {
  readonly title: string;
  /** Characters; 0 for the rest of the line. */
  readonly width: number;
  /** Numbers are aligned to the right. */
  readonly isNumber: boolean;
  readonly text: (row: Row) => string;
  /** What the column is sorted by. */
  readonly order: (row: Row) => number | string;
}

const number = <Row>(title: string, width: number, value: (row: Row) => number, shown = countText): TopColumn<Row> => ({
  title,
  width,
  isNumber: true,
  text: (row) => shown(value(row)),
  order: value,
});

const text = <Row>(title: string, width: number, value: (row: Row) => string): TopColumn<Row> => ({
  title,
  width,
  isNumber: false,
  text: value,
  order: value,
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

/** Lays out one line: the cells of the columns, each cut or padded to its width. */
export function lineOf(
  columns: readonly Pick<TopColumn<never>, 'width' | 'isNumber'>[],
  cells: readonly string[],
  screenWidth: number,
): string {
  const takenWidth = columns.reduce((sum, { width }) => sum + width + 1, -1);
  const restWidth = Math.max(4, screenWidth - takenWidth);
  return columns
    .map(({ width: fixedWidth, isNumber }, index) => {
      const width = fixedWidth === 0 ? restWidth : fixedWidth;
      const cell = cells[index]!.slice(0, width);
      return isNumber ? cell.padStart(width) : cell.padEnd(width);
    })
    .join(' ');
}
