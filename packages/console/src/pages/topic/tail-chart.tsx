import type { ShownMessage } from '@pulsemq/protocol';
import { lazy, Suspense, useDeferredValue, useMemo } from 'react';
import { clockMsText } from '../../format/time.js';
import { isLike, joinTables, type PriceSeries, priceSeriesOf } from '../../parts/payload/bars.js';
import { type TableContent, tableOf } from '../../parts/payload/payload-shape.js';

const PriceChart = lazy(async () => ({ default: (await import('../../parts/payload/price-chart.js')).PriceChart }));

/** The newest messages, and the rows of them, in the chart. With more of them it is not readable. */
const usedMessages = 300;
const drawnPoints = 1500;

/** The time at which each row of the joined table was received. */
function receivedOf(messages: readonly ShownMessage[], { columns }: TableContent): readonly string[] {
  return messages.flatMap(({ content, received_at }) => {
    const table = tableOf(content);
    if (table === undefined || !isLike(table.columns, columns)) return [];
    return table.rows.map(() => clockMsText(new Date(received_at)));
  });
}

/** The newest messages with the same columns as one series; undefined with fewer than two points. */
export function seriesOfTail(messages: readonly ShownMessage[]): PriceSeries | undefined {
  const used = messages.slice(0, usedMessages).toReversed();
  const tables = used.flatMap(({ content }) => tableOf(content) ?? []);
  const joined = joinTables(tables);
  if (joined === undefined || joined.rows.length < 2) return undefined;
  const series = priceSeriesOf({ ...joined, rows: joined.rows.slice(-drawnPoints) });
  if (series === undefined || series.hasTime) return series;
  return { ...series, rowNames: receivedOf(used, joined).slice(-drawnPoints) };
}

/** A chart of the messages, when they are bars or prices. */
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
