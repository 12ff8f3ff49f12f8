import type { HistoryRow } from '../../../api/history.js';
import { offsetMinutes } from '../../../format/clock.js';
import { type Bar, priceSeriesOf } from '../../../parts/payload/bars.js';
import { recordsTable } from '../../../parts/payload/payload-shape.js';
import type { Span } from './candle-range.js';

/** The bars of an answer to a question with `every`. */
export const barsOfAnswer = (rows: readonly HistoryRow[], hasSize: boolean): readonly Bar[] =>
  rows.map((row) => ({
    time: Date.parse(String(row._start)) / 1000,
    open: Number(row.open),
    high: Number(row.high),
    low: Number(row.low),
    close: Number(row.close),
    volume: hasSize ? Number(row.volume ?? 0) : null,
  }));

/** The candles that were published themselves: rows with open, high, low and close. Undefined when the rows have none. */
export function publishedBars(rows: readonly HistoryRow[]): readonly Bar[] | undefined {
  const payloads = rows.map(({ _topic, _sequence, ...rest }) => rest);
  const series = priceSeriesOf(recordsTable(payloads.map(({ _received_at, ...payload }) => payload)));
  if (series?.kind !== 'candles') return undefined;
  if (series.hasTime) return series.bars;
  const byReceipt = priceSeriesOf(
    recordsTable(payloads.map(({ _received_at, ...payload }) => ({ time: _received_at, ...payload }))),
  );
  return byReceipt?.kind === 'candles' ? byReceipt.bars : undefined;
}

/** The begin of the candle that a time belongs to, by the clock of the page; Unix seconds. */
function startOf(time: number, lengthSeconds: number): number {
  const offsetSeconds = offsetMinutes(new Date(time * 1000)) * 60;
  return Math.floor((time + offsetSeconds) / lengthSeconds) * lengthSeconds - offsetSeconds;
}

function joined(one: Bar, next: Bar): Bar {
  const volume = one.volume === null && next.volume === null ? null : (one.volume ?? 0) + (next.volume ?? 0);
  return { ...one, high: Math.max(one.high, next.high), low: Math.min(one.low, next.low), close: next.close, volume };
}

/** Joins bars in the order of time to candles of a length, of those that begin in the span. Bars that are longer stay as they are. */
export function longerBars(bars: readonly Bar[], lengthSeconds: number, { fromMs, toMs }: Span): readonly Bar[] {
  const candles = new Map<number, Bar>();
  for (const bar of bars) {
    if (bar.time * 1000 < fromMs || bar.time * 1000 >= toMs) continue;
    const time = startOf(bar.time, lengthSeconds);
    const before = candles.get(time);
    candles.set(time, before === undefined ? { ...bar, time } : joined(before, bar));
  }
  return [...candles.values()];
}
