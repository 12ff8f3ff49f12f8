import type { Gap, PulseMQClient, ReceivedMessage } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import type { Address } from '../options/address.js';
import { warning } from '../output/notices.js';

/** Messages that wait to be handled; then the client stops reading, and the broker's limits act. */
const queueLimit = 10_000;

/**
 * Subscribes to all patterns and hands over each message once, however many patterns it matches. Nothing more is read while a message
 * is being handled by each pattern's loop. Resolves when the signal has fired and what came before has been handed over; rejects when
 * the client gives up.
 */
export async function receive(
  client: PulseMQClient,
  patterns: readonly Address[],
  onMessage: (message: ReceivedMessage) => Promise<void> | undefined,
  signal: AbortSignal,
  onLive: () => void = () => {},
): Promise<void> {
  const subscriptions = await Promise.all(
    patterns.map(({ namespace, name }) => client.subscribe(namespace, name, { queueLimit, onFull: 'pause' })),
  );
  const close = (): void => {
    for (const one of subscriptions) one.end(null);
  };
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  onLive();
  // One that matches two patterns comes twice, as the same object.
  const seen = new WeakSet<ReceivedMessage>();
  await Promise.all(
    subscriptions.map(async (subscription) => {
      for await (const message of subscription) {
        if (seen.has(message)) continue;
        if (subscriptions.length > 1) seen.add(message);
        const handled = onMessage(message);
        if (handled !== undefined) await handled;
      }
    }),
  );
}

/** Says on standard error what did not arrive. */
export function tellGaps(run: CommandRun, client: PulseMQClient): void {
  client.on('gap', (gap) => warning(run, gapText(gap)));
}

function gapText({ namespace, topic, epochChanged, from, to, missedCount }: Gap): string {
  const where = `gap in ${namespace}:${topic}`;
  if (epochChanged) return `${where}: the broker counts from 1 again, nobody knows how many are missing`;
  return `${where}: ${missedCount} missing, ${from === to ? `#${from}` : `#${from} to #${to}`}`;
}
