import type { SubscriberSink } from '../fanout/subscriber/byte-sink.js';

/** A connection, as sessions and subscribers see it. */
export interface SessionConnection extends SubscriberSink {
  /** Remote address as text, without the port. */
  readonly address: string;
  readonly port: number;
  /** What its handshake says it is, such as `ZMTP 3.1 DEALER`. */
  readonly client: string;
  /** Nothing on the way can read what it carries. */
  readonly isEncrypted: boolean;
  /** The key that the peer has proved to have, as `port-encryption.ts` writes it; null for none. */
  readonly provenKey: string | null;
  /** It may get what sessions of its address asked for, without a log-in of its own. */
  readonly mayBeLegacy: boolean;
  /** Bytes of an encrypted frame that has begun to arrive. */
  readonly heldBytes: number;
  /** Closes it at once. The reason goes to the log and to the list of closed connections. */
  close(reason: string): void;
  /** Stops reading; what the peer sends stays in the kernel. Pauses are counted: each needs its `resume`. */
  pause(): void;
  resume(): void;
}

/** Handles the bytes of a connection whose handshake is done. */
export interface TrafficHandler {
  /** A user or a session accounts for the connection. */
  readonly isClaimed: boolean;
  /** Bytes that one frame may have now: an encrypted one is kept until it is whole. */
  readonly frameMaxBytes: number;
  /**
   * Takes bytes [start, end) and returns the offset of the first one that must wait for a later turn, or `end`. The buffer is used again after
   * the call: copy what must outlive it.
   */
  onBytes(buf: Buffer, start: number, end: number): number;
  /** Checks time limits, once a second. Returns why the connection is to be closed, if it is. */
  sweep(nowMs: number, sinceMs: number): string | undefined;
  /** The connection is being closed: nothing more can be written to it. */
  onClosing(): void;
  /** The connection is gone. */
  onClosed(reason: string): void;
  /** Sends a ZMTP PING. Returns false where an answer could not come in time: its absence would mean nothing. */
  ping(): boolean;
}
