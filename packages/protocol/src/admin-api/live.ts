import type { CloseCode } from './connections.js';
import type { ShownMessage } from './topics.js';

/** What an event says, without its numbers. `other` is an event without a code; its text says everything. */
export const eventCodes = [
  'connected',
  'disconnected',
  'reads_slowly',
  'lost_messages',
  'topic_silent',
  'topic_publisher_gone',
  'topic_never_started',
  'topics_stale',
  'log_in_refused',
  'console_log_in_refused',
  'publish_denied',
  'subscribe_denied',
  'more',
  'other',
] as const;
/** What has happened; the console has a text for each. */
export type EventCode = (typeof eventCodes)[number];

/** GET /api/stream: server-sent events `snapshot` (SystemFigures) and `event` (LiveEvent). It begins with the last 100 events. */
export interface LiveEvent {
  readonly id: number;
  readonly at: string;
  readonly kind:
    | 'authFailed'
    | 'permissionDenied'
    | 'badBytes'
    | 'limitReached'
    | 'slowSubscriber'
    | 'journal'
    | 'drops'
    | 'connected'
    | 'disconnected'
    | 'topicStale'
    | 'internal';
  readonly address: string | null;
  readonly username: string | null;
  readonly connection_id: string | null;
  readonly code: EventCode;
  /** The names and numbers of the text, by which a reader can make the same sentence in another language. */
  readonly values: Readonly<Record<string, string | number>>;
  /** Of `disconnected`: why. */
  readonly close_code: CloseCode | null;
  /** The event as a sentence in English. */
  readonly text: string;
}

/**
 * GET /api/tap?namespace=&pattern=&max_rate=: server-sent events `messages`, a few per second. `max_rate` limits the messages that are
 * shown; `seen_total` counts all that matched.
 */
export interface TapBatch {
  readonly messages: readonly ShownMessage[];
  readonly shown_total: number;
  readonly seen_total: number;
}
