import type { ByteSink } from '../fanout/subscriber/byte-sink.js';

/** A connection as sessions and subscribers see it. */
export interface SessionConnection extends ByteSink {
  /** Remote address as text, without the port. */
  readonly address: string;
  readonly port: number;
  /** What its handshake says it is, such as `ZMTP 3.1 DEALER`. */
  readonly client: string;
  /** Ends it now. The reason goes to the log and to whoever asks why. */
  close(reason: string): void;
  /** Stops reading; what the peer sends stays in its kernel. Pauses count, each needs its `resume`. */
  pause(): void;
  resume(): void;
}

/** What a connection gives its bytes to once the handshake is done. */
export interface TrafficHandler {
  /** Bytes [start, end) of a buffer that is used again after the call: copy what must outlive it. */
  onBytes(buf: Buffer, start: number, end: number): void;
  /** The connection is being ended: nothing more can be written to it. */
  onClosing(): void;
  /** The connection is gone. */
  onClosed(reason: string): void;
  /** Sends a ZMTP PING; false where an answer could not come in time, so that its absence would mean nothing. */
  ping(): boolean;
}
