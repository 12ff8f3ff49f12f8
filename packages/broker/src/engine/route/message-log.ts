import type { Message } from '../fanout/batch/message.js';

/** A route, as the journal sees it. */
export interface LoggedRoute {
  /** Its number in this run. */
  readonly id: number;
  readonly topic: string;
  readonly namespace: { readonly name: string };
  readonly epoch: number;
  /** Sequence of its last message, as two halves of 32 bits. */
  readonly sequenceHigh: number;
  readonly sequenceLow: number;
}

/** What keeps the messages of a namespace: the journal. */
export interface MessageLog {
  /** Takes the last message of a route: its sequence is the route's. The bytes are copied by the next call of `LogEnd.publish`; they must not change before. */
  append(route: LoggedRoute, message: Message): void;
  /** Messages of this route will come, under its present epoch. */
  name(route: LoggedRoute): void;
}

/** A log, as the end of a read sees it. */
export interface LogEnd {
  /** Copies what was appended since the last call, and shows it to the thread that writes it. */
  publish(): void;
}
