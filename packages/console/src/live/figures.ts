import type { LiveEvent, SystemFigures } from '@pulsemq/protocol';
import { openEventStream } from '../api/event-stream.js';
import { ExternalStore } from '../state/external-store.js';
import { session } from '../state/session.js';

/** The state of the connection to the broker. `lastSeenAt` and `retryAt` are Unix milliseconds of the viewer's clock. */
export type Link =
  | { readonly state: 'connecting' }
  | { readonly state: 'live'; readonly sinceMs: number }
  | { readonly state: 'lost'; readonly lastSeenAt: number | null; readonly retryAt: number }
  | { readonly state: 'refused' };

/** The newest snapshot. It stays when the connection is lost. */
export const figures = new ExternalStore<SystemFigures | null>(null);

/** Snapshots of the last five minutes, oldest first. */
export const recentFigures = new ExternalStore<readonly SystemFigures[]>([]);

/** Newest first, at most 200. */
export const liveEvents = new ExternalStore<readonly LiveEvent[]>([]);

export const link = new ExternalStore<Link>({ state: 'connecting' });

/** Why the stream was last refused or lost. */
export const linkFailure = new ExternalStore<Error | null>(null);

/** The broker's clock minus the viewer's, in milliseconds. Ages are computed by the broker's clock, which wrote the times. */
export const clockOffsetMs = new ExternalStore<number>(0);

const keptSeconds = 300;
const keptEvents = 200;
/** The broker sends a snapshot every second: after five without one the connection counts as lost. */
const silenceMs = 5000;

let lastSeenAt: number | null = null;

function onSnapshot(snapshot: SystemFigures): void {
  lastSeenAt = Date.now();
  const offset = Date.parse(snapshot.at) - lastSeenAt;
  // A small difference comes from the network, not from the clocks.
  if (Math.abs(offset - clockOffsetMs.get()) > 1500) clockOffsetMs.set(offset);
  figures.set(snapshot);
  recentFigures.update((all) => [...all.slice(-keptSeconds + 1), snapshot]);
}

function onLiveEvent(event: LiveEvent): void {
  liveEvents.update((all) => {
    if (all.some((known) => known.id === event.id && known.at === event.at)) return all;
    return [event, ...all].slice(0, keptEvents);
  });
}

/** Follows the live figures of the broker until the returned function is called. */
export function followBroker(): () => void {
  return openEventStream({
    path: '/api/stream',
    silenceMs,
    onOpen: () => link.set({ state: 'live', sinceMs: Date.now() }),
    onEvent: ({ event, data }) => {
      if (event === 'snapshot') onSnapshot(JSON.parse(data) as SystemFigures);
      else if (event === 'event') onLiveEvent(JSON.parse(data) as LiveEvent);
    },
    onLost: (failure, retryMs) => {
      linkFailure.set(failure);
      if (retryMs === null) link.set({ state: 'refused' });
      else link.set({ state: 'lost', lastSeenAt, retryAt: Date.now() + retryMs });
    },
  });
}

/** Clears everything the last user saw. */
export function forgetFigures(): void {
  lastSeenAt = null;
  figures.set(null);
  recentFigures.set([]);
  liveEvents.set([]);
  link.set({ state: 'connecting' });
}

session.subscribe(() => {
  const { state } = session.get();
  if (state === 'out') forgetFigures();
  // The broker ended the stream together with the log-in; it is not down.
  if (state === 'expired') link.set({ state: 'refused' });
});
