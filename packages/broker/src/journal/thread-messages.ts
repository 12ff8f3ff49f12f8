import type { TopicHead } from './checkpoint.js';
import type { GapEntry } from './format.js';
import type { PageRequest, ReplayPage, ReplayQuery } from './replay-query.js';
import type { RetentionSettings } from './retention.js';
import type { Position, RingMemory } from './ring.js';

/** What the engine and the threads of the journal tell each other. */

/** When a journal makes durable what it has written. */
export type SyncPolicy = 'none' | 'interval' | 'always';

/** Settings of a journal. */
export interface JournalSettings extends RetentionSettings {
  /** Where its files are. */
  readonly folder: string;
  readonly fsync: SyncPolicy;
  /** Between two syncs of the policy `interval`. */
  readonly syncIntervalMs: number;
  /** Past that a new segment begins. */
  readonly segmentBytes: number;
  /** Memory between the engine and the writing thread, a power of two. */
  readonly ringBytes: number;
}

/** What the writing thread is started with. */
export interface WriterData {
  readonly settings: JournalSettings;
  readonly memory: RingMemory;
  /** Namespaces whose last values are to be restored. */
  readonly valueNamespaces: readonly string[];
}

/** From the engine to the writing thread. */
export type WriterRequest =
  /** A large message: its record in memory of its own, which goes to the thread. The ring has its number where it belongs. */
  | { readonly kind: 'large'; readonly id: number; readonly record: ArrayBuffer }
  /** Writes everything, then the checkpoint, and ends. `heads` as `encodeHeads` makes them. */
  | { readonly kind: 'stop'; readonly headCount: number; readonly heads: Uint8Array };

/** Where a topic stood when the broker stopped, with its last message if that is to be restored. */
export interface RestoredHead extends TopicHead {
  /** The six frames; null for a topic whose last value is not restored. */
  readonly frames: Uint8Array | null;
  readonly receivedAtUs: number;
}

/** From the writing thread to the engine. */
export type WriterEvent =
  | { readonly kind: 'heads'; readonly heads: readonly RestoredHead[] }
  /** The log is open: all heads were sent. */
  | { readonly kind: 'opened'; readonly notes: readonly string[] }
  /** Under the policy `always`: everything before the position is durable, or was discarded. */
  | { readonly kind: 'settled'; readonly to: Position; readonly isStored: boolean }
  | { readonly kind: 'suspended'; readonly reason: string }
  | { readonly kind: 'resumed'; readonly gap: GapEntry }
  | { readonly kind: 'failed'; readonly text: string }
  | { readonly kind: 'figures'; readonly figures: JournalFigures }
  | { readonly kind: 'stopped' };

/** Figures of a journal, once a second. */
export interface JournalFigures {
  readonly bytes: number;
  readonly segmentCount: number;
  /** Messages written since the start. */
  readonly storedCount: number;
  /** Messages that were discarded while the journal was suspended, since the start. */
  readonly discardedCount: number;
  readonly isSuspended: boolean;
}

/** What the reading thread is started with. */
export interface ReaderData {
  readonly folder: string;
  readonly memory: RingMemory;
}

/** Messages of a stream, asked for when the ring stood at `position`. */
export interface HistoryRequest {
  readonly id: number;
  readonly key: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  /** Older messages are left out: Unix microseconds, 0 for all. */
  readonly sinceUs: number;
  readonly maxCount: number;
  readonly maxBytes: number;
  readonly position: Position;
}

/** Answer to a HistoryRequest. */
export interface HistoryResult {
  readonly id: number;
  /** The journal has messages of this stream, in the range or not. */
  readonly isKnown: boolean;
  /** Whole deliveries, one after another. */
  readonly messages: Uint8Array;
  readonly count: number;
  /** Sequence of the last of them; 0 without any. */
  readonly lastSent: number;
  /** The newest sequence that the journal has of this stream; 0 when it has none. */
  readonly last: number;
  /** The epoch of the topic that follows this one in the journal; null when there is none. */
  readonly nextEpoch: number | null;
  /** What went wrong; null when nothing did. */
  readonly problem: string | null;
}

/** A request for a page of the replay with this number. */
interface NumberedPageRequest extends PageRequest {
  readonly id: number;
  readonly replay: number;
  /** Buffers of pages that were sent, to be used again. */
  readonly spares: readonly ArrayBuffer[];
}

/** Asks for a page. `open` begins the replay, and asks for its first one. */
export type ReplayPageRequest =
  | (NumberedPageRequest & { readonly kind: 'open'; readonly query: ReplayQuery })
  | (NumberedPageRequest & { readonly kind: 'next' });

/** From the engine to the thread that reads for replays. */
export type ReplayRequest = ReplayPageRequest | { readonly kind: 'close'; readonly replay: number };

/** Answer to `open` and `next`. */
export interface ReplayResult {
  readonly id: number;
  readonly page: ReplayPage;
}
