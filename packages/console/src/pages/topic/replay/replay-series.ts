import type { HistoryRow } from '../../../api/history.js';
import { type PriceSeries, priceSeriesOf } from '../../../parts/payload/bars.js';
import { recordsTable } from '../../../parts/payload/payload-shape.js';

/** The prices or the candles in rows, the newest first; undefined with fewer than two. Rows without a time have that of their receipt. */
export function replaySeries(rows: readonly HistoryRow[]): PriceSeries | undefined {
  const payloads = rows.toReversed().map(({ _topic, _sequence, _received_at, ...payload }) => payload);
  const own = priceSeriesOf(recordsTable(payloads));
  if (own === undefined) return undefined;
  const series = own.hasTime ? own : priceSeriesOf(recordsTable(byReceipt(rows, payloads)));
  const count = series?.kind === 'candles' ? series.bars.length : (series?.points.length ?? 0);
  return count < 2 ? undefined : series;
}

const byReceipt = (rows: readonly HistoryRow[], payloads: readonly HistoryRow[]): readonly HistoryRow[] =>
  payloads.map((payload, index) => ({ time: rows[rows.length - 1 - index]!._received_at, ...payload }));
