import type { ShownMessage } from '@pulsemq/protocol';
import { lazy, Suspense, useDeferredValue, useMemo } from 'react';
import { joinTables, type PriceSeries, priceSeriesOf } from '../../parts/payload/bars.js';
import { tableOf } from '../../parts/payload/payload-shape.js';

const PriceChart = lazy(async () => ({ default: (await import('../../parts/payload/price-chart.js')).PriceChart }));

/** Messages looked at, and rows drawn: a chart of more is a smear. */
const usedMessages = 300;
const drawnPoints = 1500;

/** Bars of the newest messages of one shape, as one series. Two points make the first line. */
export function seriesOfTail(messages: readonly ShownMessage[]): PriceSeries | undefined {
  const tables = messages.slice(0, usedMessages).flatMap(({ content }) => tableOf(content) ?? []);
  const joined = joinTables(tables.toReversed());
  if (joined === undefined || joined.rows.length < 2) return undefined;
  return priceSeriesOf({ ...joined, rows: joined.rows.slice(-drawnPoints) });
}

/** Prices of the messages that pass, where they are bars or prices; nothing where they are not. */
export function TailChart({ messages }: { readonly messages: readonly ShownMessage[] }) {
  const settled = useDeferredValue(messages);
  const series = useMemo(() => seriesOfTail(settled), [settled]);
  if (series === undefined) return null;
  return (
    <Suspense fallback={<div style={{ height: 220 }} />}>
      <PriceChart series={series} height={220} />
    </Suspense>
  );
}
