/** What the control plane asks the engine, one answer each. */
export type EngineQuestion =
  /** Nothing but an answer, which comes after every command sent before it has been carried out. */
  | { readonly kind: 'applied' }
  /** What sessions, and subscribers that are bound to none, have subscribed to: at most so many of each are told. */
  | {
      readonly kind: 'subscriptions';
      readonly connections: readonly { readonly session: number; readonly subscriber: number }[];
      readonly limitCount: number;
    }
  /** Who gets a topic's messages. */
  | { readonly kind: 'readers'; readonly namespace: string; readonly topic: string; readonly limitCount: number }
  /** The last value, of which at most so many bytes are told; asking makes the engine keep it from now on. */
  | { readonly kind: 'lastValue'; readonly namespace: string; readonly topic: string; readonly limitBytes: number }
  /** A message of the broker's own. Names are checked and rights decided by who asks. */
  | {
      readonly kind: 'publish';
      readonly userId: number;
      readonly username: string;
      readonly namespace: string;
      readonly topic: string;
      /** Code of the payload format. */
      readonly format: number;
      /** Compression code. */
      readonly flags: number;
      readonly payload: Uint8Array;
    };

export interface SubscriptionFigures {
  readonly namespace: string;
  readonly pattern: string;
}

/** What one connection has subscribed to. */
export interface SubscriptionList {
  /** Of all, however many are told. */
  readonly count: number;
  readonly told: readonly SubscriptionFigures[];
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
  readonly isStale: boolean;
}

export type EngineAnswer =
  | { readonly kind: 'applied' }
  /** In the order of the question. */
  | { readonly kind: 'subscriptions'; readonly lists: readonly SubscriptionList[] }
  | { readonly kind: 'readers'; readonly readers: readonly ReaderFigures[] }
  | {
      readonly kind: 'lastValue';
      /**
       * `notKept`: from the next message on; `notYet`: kept, and nothing has come since; `noRoom`: `limits.snapshot_bytes` is used
       * up; `unpublished`: no message in this run, and the first one will be kept.
       */
      readonly state: 'kept' | 'notKept' | 'notYet' | 'noRoom' | 'unpublished';
      readonly value: KeptValue | null;
    }
  | {
      readonly kind: 'published';
      readonly sequence: number;
      readonly epoch: number;
      readonly receivedAtUs: number;
      readonly subscriberCount: number;
    }
  | { readonly kind: 'refused'; readonly text: string };
