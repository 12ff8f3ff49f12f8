import type {
  Gap,
  PulseMQClient,
  ReceivedMessage,
  Replay,
  ReplaySettings,
  SubscribeSettings,
  Subscription,
} from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import type { Address } from '../options/address.js';
import { warning } from '../output/notices.js';

/** Messages that may wait to be handled. At this count the client stops reading, and the broker's limits apply. */
const queueLimit = 10_000;

/**
 * Subscribes to the patterns, and passes each message to `onMessage` once, even if it matches several patterns. A promise from
 * `onMessage` pauses the pattern's subscription. Calls `onLive` when all subscriptions are active. Resolves after the signal aborts,
 * once the messages received before have been handled; rejects when the client gives up. `settings` says how the broker delivers.
 */
export async function receive(
  client: PulseMQClient,
  patterns: readonly Address[],
  onMessage: (message: ReceivedMessage) => Promise<void> | undefined,
  signal: AbortSignal,
  onLive: () => void = () => {},
  settings: SubscribeSettings = {},
): Promise<void> {
  const subscriptions = await Promise.all(
    patterns.map(({ namespace, name }) =>
      client.subscribe(namespace, name, { ...settings, queueLimit, onFull: 'pause' }),
    ),
  );
  onLive();
  await takeAll(subscriptions, onMessage, signal);
}

/** The same for stored messages of one pattern: it also resolves at their end, unless new ones follow. `onBegun` gets the replay. */
export async function receivePast(
  client: PulseMQClient,
  { namespace, name }: Address,
  onMessage: (message: ReceivedMessage) => Promise<void> | undefined,
  signal: AbortSignal,
  past: { readonly settings: ReplaySettings; onBegun(replay: Replay): void },
): Promise<void> {
  const replay = await client.replay(namespace, name, { ...past.settings, queueLimit });
  past.onBegun(replay);
  await takeAll([replay], onMessage, signal);
}

async function takeAll(
  subscriptions: readonly Subscription[],
  onMessage: (message: ReceivedMessage) => Promise<void> | undefined,
  signal: AbortSignal,
): Promise<void> {
  const close = (): void => {
    for (const one of subscriptions) one.end(null);
  };
  if (signal.aborted) close();
  signal.addEventListener('abort', close, { once: true });
  // A message that matches two patterns arrives twice, as the same object.
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

/** Reports gaps on standard error. */
export function reportGaps(run: CommandRun, client: PulseMQClient): void {
  client.on('gap', (gap) => warning(run, gapText(gap)));
}

function gapText({ namespace, topic, epochChanged, from, to, missedCount }: Gap): string {
  const where = `gap in ${namespace}:${topic}`;
  if (epochChanged)
    return `${where}: the broker restarted its sequence at 1, so the number of missing messages is unknown`;
  return `${where}: ${missedCount} missing, ${from === to ? `#${from}` : `#${from} to #${to}`}`;
}

/** Says on standard error what a replay could not give, when its past has ended. */
export function reportMissing(run: CommandRun, replay: Replay): void {
  replay.replayEnd.then(
    ({ missing: { removedUntil, notStored } }) => {
      if (removedUntil !== undefined)
        warning(run, `messages of before ${isoTime(removedUntil)} are removed (retention)`);
      for (const { from, to } of notStored) {
        const end = to === undefined ? 'on' : `to ${isoTime(to)}`;
        warning(run, `messages from ${isoTime(from)} ${end} were delivered and not stored`);
      }
    },
    // The iteration throws the same error.
    () => {},
  );
}

const isoTime = (unixMs: number): string => new Date(unixMs).toISOString();
