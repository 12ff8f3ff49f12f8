import type { PulseMQClient } from '@pulsemq/client';
import { pause } from '../running/pause.js';
import { whileConnected } from './while-connected.js';

/** Currency pairs with their first rates. */
const pairs: readonly (readonly [symbol: string, rate: number])[] = [
  ['EUR/USD', 1.0842],
  ['USD/CNH', 7.2415],
  ['USD/JPY', 151.37],
];

const liveMs = 20_000;
const silentMs = 10_000;
const intervalMs = 500;
/** Relative change of one step. */
const step = 0.00005;

/** Publishes currency rates twice a second for 20 s and is silent for 10 s, in turn, so that its topics become stale. */
export async function runFxFeed(client: PulseMQClient, namespace: string, signal: AbortSignal): Promise<void> {
  const rates = new Map(pairs);
  while (!signal.aborted) {
    const endMs = performance.now() + liveMs;
    while (performance.now() < endMs && !signal.aborted) {
      await Promise.all(pairs.map(([symbol, first]) => publish(client, namespace, symbol, first, rates)));
      await pause(intervalMs, signal);
    }
    await pause(silentMs, signal);
  }
}

function publish(
  client: PulseMQClient,
  namespace: string,
  symbol: string,
  prevClose: number,
  rates: Map<string, number>,
): Promise<void> {
  const rate = rates.get(symbol)! * (1 + step * (Math.random() * 2 - 1));
  rates.set(symbol, rate);
  const rounded = (value: number): number => Number(value.toPrecision(6));
  const quote = {
    symbol,
    time: new Date().toISOString(),
    last: rounded(rate),
    bid: rounded(rate * (1 - step)),
    ask: rounded(rate * (1 + step)),
    prev_close: prevClose,
  };
  return whileConnected(client.publish(namespace, `${symbol}.fx`, JSON.stringify(quote), { format: 'string' }));
}
