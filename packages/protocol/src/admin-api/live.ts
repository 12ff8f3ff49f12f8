import type { ShownMessage } from './topics.js';

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
    | 'drops'
    | 'connected'
    | 'disconnected'
    | 'topicStale'
    | 'internal';
  readonly address: string | null;
  readonly username: string | null;
  readonly connection_id: string | null;
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
