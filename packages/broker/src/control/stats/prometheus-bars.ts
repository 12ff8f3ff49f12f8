import type { Registry } from 'prom-client';
import type { BarCounters } from '../../port-bars.js';
import { counter, gauge } from './exported-values.js';

type Figure = keyof BarCounters;

/** The figures of bars for Prometheus: all zero before the first bar rule. */
export function addBars(registry: Registry, figures: () => BarCounters | null): void {
  const value = (figure: Figure) => (): number => figures()?.[figure] ?? 0;
  const total = (name: string, figure: Figure, help: string): void =>
    counter(registry, `pulsemq_bars_${name}_total`, help, value(figure));
  gauge(registry, 'pulsemq_bars_open', 'Bars that have not ended, or still wait for late prices.', value('openCount'));
  gauge(
    registry,
    'pulsemq_bars_waiting_bytes',
    'Bytes of messages that wait to be decoded for bars.',
    value('waitingBytes'),
  );
  total('published', 'publishedCount', 'Messages of bars that were published.');
  total('refused', 'refusedCount', 'Bars that were not published, because no topic could be made for them.');
  total('lost_messages', 'lostCount', 'Messages that bars lack, because decoding fell behind.');
  total('over_limit', 'overLimitCount', 'Prices that are missing in bars, because limits.max_open_bars was reached.');
  total('late', 'lateCount', 'Prices that came after the grace of their bar and were left out.');
  total('closed', 'closedCount', 'Prices outside the hours of their calendar.');
  total(
    'unreadable',
    'unreadableCount',
    'Messages that could not be decoded, or without numbers where bars need them.',
  );
  total('unpriced', 'unpricedCount', 'Messages without a column of a price.');
}
