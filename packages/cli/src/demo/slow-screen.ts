import type { PulseMQClient, SubscribeSettings, Subscription } from '@pulsemq/client';
import { pause } from '../running/pause.js';

/** Quotes of each topic that are shown in a second. */
const quoteRate = 1;
/** Time for one order book: 20 a second, which is less than the market publishes. */
const bookMs = 50;

/**
 * Shows quotes at a rate at which eyes can follow, and reads order books more slowly than they are published. The broker keeps the newest
 * of each topic for it. With the order books that begins when the buffers of the kernel are full, after less than a minute.
 */
export async function runSlowScreen(client: PulseMQClient, namespace: string, signal: AbortSignal): Promise<void> {
  const settings: SubscribeSettings = { onSlow: 'conflate', queueLimit: 100, onFull: 'pause' };
  const [quotes, books] = await Promise.all([
    client.subscribe(namespace, '*.quote', { ...settings, maxRate: quoteRate }),
    client.subscribe(namespace, '*.depth', settings),
  ]);
  const end = (): void => {
    for (const one of [quotes, books]) one.end(null);
  };
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  await Promise.all([read(quotes, 0, signal), read(books, bookMs, signal)]);
}

/** Takes one message after the other, with a time for each. */
async function read(subscription: Subscription, messageMs: number, signal: AbortSignal): Promise<void> {
  for await (const _ of subscription) await pause(messageMs, signal);
}
