import type { ShownMessage } from './topics.js';

/** GET /api/stream: server-sent events `snapshot` (SystemFigures) and `event` (LiveEvent), the last 100 events first */
export interface LiveEvent {
  readonly id: number;
  readonly at: string;
  readonly kind:
    | 'authFailed'
    | 'permissionDenied'
    | 'badBytes'
    | 'connectionLimit'
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
 * GET /api/tap?namespace=&pattern=&max_rate=: server-sent events `messages`, a few times a second. A message is shown when the
 * rate allows; `seen_total` says how many there were.
 */
export interface TapBatch {
  readonly messages: readonly ShownMessage[];
  readonly shown_total: number;
  readonly seen_total: number;
}
