import type { ApiLane, TopicStatus } from '@pulsemq/protocol';
import type { ClusterFigures } from './port-cluster.js';
import type { FindQuestion, Found, FoundAtPeer } from './port-find.js';

/** What the control plane asks the engine. Each question gets one answer and changes nothing that clients see. */
export type EngineQuestion =
  /** Whether the engine works. */
  | { readonly kind: 'alive' }
  /** Asks nothing: the answer comes after every command sent before it has been carried out. */
  | { readonly kind: 'applied' }
  /** The subscriptions of sessions, and of subscribers without one; at most `limitCount` of each. */
  | {
      readonly kind: 'subscriptions';
      readonly connections: readonly { readonly session: number; readonly subscriber: number }[];
      readonly limitCount: number;
    }
  /** The lanes of a session. */
  | { readonly kind: 'lanes'; readonly session: number }
  /** The brokers of the cluster, as this one sees them. */
  | { readonly kind: 'cluster' }
  /** Publishers of a topic or sessions of a user, on all brokers. The answer takes up to a second. */
  | { readonly kind: 'find'; readonly wanted: FindQuestion }
  /** The subscribers that get a topic's messages. */
  | { readonly kind: 'readers'; readonly namespace: string; readonly topic: string; readonly limitCount: number }
  /** The last value, cut at `limitBytes`. The engine keeps it for ten minutes after each question. */
  | { readonly kind: 'lastValue'; readonly namespace: string; readonly topic: string; readonly limitBytes: number }
  /** The last values of these topics, as far as they are kept; each is cut at `limitBytes`. */
  | {
      readonly kind: 'lastValues';
      readonly namespace: string;
      readonly topics: readonly string[];
      readonly limitBytes: number;
    };

export interface SubscriptionFigures {
  readonly namespace: string;
  readonly pattern: string;
}

/** What one connection has subscribed to. */
export interface SubscriptionList {
  /** Number of all subscriptions. */
  readonly count: number;
  /** The first of them, up to the limit of the question. */
  readonly listed: readonly SubscriptionFigures[];
}

export interface ReaderFigures {
  readonly session: number;
  readonly subscriber: number;
  readonly pattern: string;
}

/** A message as it is kept. */
export interface KeptValue {
  /** Frames 0 to 4 as the publisher sent them, cut at the limit that was asked for. */
  readonly frames: Uint8Array;
  readonly epoch: number;
  readonly sequence: number;
  /** Unix microseconds. */
  readonly receivedAtUs: number;
  readonly status: TopicStatus;
}

export type EngineAnswer =
  /** `isListening`: both ports accept connections. */
  | { readonly kind: 'alive'; readonly isListening: boolean }
  | { readonly kind: 'applied' }
  /** In the order of the question. */
  | { readonly kind: 'subscriptions'; readonly lists: readonly SubscriptionList[] }
  | { readonly kind: 'lanes'; readonly lanes: readonly ApiLane[] }
  | { readonly kind: 'readers'; readonly readers: readonly ReaderFigures[] }
  /** Null for a broker on its own. */
  | { readonly kind: 'cluster'; readonly cluster: ClusterFigures | null }
  | { readonly kind: 'found'; readonly own: Found; readonly peers: readonly FoundAtPeer[] }
  | {
      readonly kind: 'lastValue';
      /**
       * `notKept`: from the next message on; `notYet`: kept, and nothing has come since; `noRoom`: `limits.last_value_bytes` is used
       * up; `unpublished`: no message in this run, and the first one will be kept.
       */
      readonly state: 'kept' | 'notKept' | 'notYet' | 'noRoom' | 'unpublished';
      readonly value: KeptValue | null;
    }
  /** In the order of the question; null where no value is kept. */
  | { readonly kind: 'lastValues'; readonly values: readonly (KeptValue | null)[] }
  | {
      readonly kind: 'published';
      readonly sequence: number;
      readonly epoch: number;
      readonly receivedAtUs: number;
      readonly subscriberCount: number;
    }
  | { readonly kind: 'refused'; readonly text: string }
  /** Delivered, and not stored in the journal: its policy is `always`, and it cannot be written. */
  | { readonly kind: 'notStored'; readonly text: string };
