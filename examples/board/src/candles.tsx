import { useMessages } from '@pulsemq/react';
import { CandlestickSeries, createChart, type ISeriesApi, type UTCTimestamp } from 'lightweight-charts';
import { useEffect, useRef } from 'react';

/** A bar as the feed publishes it, one in a DataFrame. */
interface Bar {
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** The one-second bars of a symbol: the last one that the broker has kept, then each new one. */
export function Candles({ namespace, symbol }: { readonly namespace: string; readonly symbol: string }) {
  const { messages } = useMessages(namespace, `${symbol}.bar.1s`, { snapshot: true, limit: 300 });
  const place = useRef<HTMLDivElement>(null);
  const series = useRef<ISeriesApi<'Candlestick'>>(null);

  useEffect(() => {
    const { color } = getComputedStyle(place.current!);
    const chart = createChart(place.current!, {
      autoSize: true,
      grid: { vertLines: { color: '#8883' }, horzLines: { color: '#8883' } },
      layout: { background: { color: 'transparent' }, textColor: color },
      timeScale: { secondsVisible: true, timeVisible: true },
    });
    series.current = chart.addSeries(CandlestickSeries);
    return () => chart.remove();
  }, []);

  useEffect(() => {
    const bars = messages.flatMap(({ data }) => (data as { rows(): unknown[] }).rows() as Bar[]);
    const byTime = new Map(bars.map((bar) => [bar.time, bar]));
    series.current?.setData(
      [...byTime.values()].map((bar) => ({ ...bar, time: (Date.parse(bar.time) / 1_000) as UTCTimestamp })),
    );
  }, [messages]);

  return (
    <section>
      <h2>{symbol}</h2>
      <p>{messages.length} bars</p>
      <div className="chart" ref={place} />
    </section>
  );
}
