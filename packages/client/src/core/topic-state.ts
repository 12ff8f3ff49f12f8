import type { ReceivedMessage } from './received-message.js';
import type { Subscription } from './subscription.js';

/** Where a topic stood. */
export interface StreamPlace {
  readonly epoch: number;
  readonly sequence: number;
}

/** The last message of a stream other than the present one. */
interface Kept {
  readonly sequence: number;
  /** The connection is a new one since that message. */
  readonly isResumed: boolean;
}

/**
 * The streams of a topic that are not the one that ticked last, by epoch. Each broker numbers what its own publishers send, so a topic with
 * publishers at two brokers has two streams, which come in turns.
 */
export type OtherStreams = Map<number, Kept>;

/** A message that arrived while a gap before it was filled. */
export interface HeldMessage {
  readonly message: ReceivedMessage;
  /** The subscriptions that get an image; null for a live message. */
  readonly takers: readonly Subscription[] | null;
}

/**
 * What happened to a topic while a gap of it was filled, in order: a message, a new connection, the end of other brokers' streams, the streams that
 * the broker lists, or a head that its last message is behind.
 */
export type Held =
  | HeldMessage
  | { readonly isResumed: true }
  | { readonly endedEpochs: ReadonlySet<number> }
  | { readonly listedEpochs: ReadonlySet<number> | undefined }
  | {
      readonly upTo: StreamPlace;
    };

/** What holds back the messages of a topic while a gap before them is filled. */
export interface TopicFill {
  /** What is recovered goes to this subscription. */
  serves(subscription: Subscription): boolean;
  /** Holds what comes behind the gap. */
  hold(held: Held): void;
  /** What is missing is not wanted any more, nor what waits behind it. */
  drop(): void;
}

/** A topic with at least one delivery. */
export interface TopicState {
  readonly namespace: string;
  readonly topic: string;
  /** Subscriptions that match the topic. A removal replaces the array, so a loop over it stays valid. */
  subscriptions: Subscription[];
  /** Epoch and sequence of the last delivery. The sequence is 0 before the first. */
  epoch: number;
  sequence: number;
  /** The connection is a new one since the last delivery of that epoch, so messages may be missing. */
  isResumed: boolean;
  /** Streams of other brokers; null for none, as for most topics. */
  others: OtherStreams | null;
  /** The streams that had ticked last when a connection was lost, until it is known whether they went on; null when all is known. */
  unsure: ReadonlySet<number> | null;
  /** The streams whose end was reported as unknown, and where they stood; null for none. */
  lostEnds: Map<number, number> | null;
  /** Losses by the policy of its lane that had been reported when its last message arrived. */
  dropCount: number;
  /** A gap that is being filled; null while there is none. */
  fill: TopicFill | null;
  /** The images that subscriptions have got meanwhile: what is held of before then is not for them. Null for none. */
  given: Map<Subscription, StreamPlace> | null;
}
