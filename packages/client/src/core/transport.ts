import type { TlsOptions } from './security-options.js';

/** A byte stream to the broker. */
export interface Transport {
  /** Bytes that were written and that the system has not taken yet. */
  readonly pendingBytes: number;
  /** Writes bytes. The caller must not change them afterwards. */
  write(bytes: Uint8Array): void;
  /** Stops reading. */
  pause(): void;
  /** Reads again. */
  resume(): void;
  /** Closes at once. `onClose` is called afterwards. */
  close(): void;
}

/** Receives the events of a transport. */
export interface TransportListener {
  /** Bytes `[0, lengthBytes)` of `buf` have arrived. The transport overwrites `buf` after the call. */
  onBytes(buf: Uint8Array, lengthBytes: number): void;
  /** The system has taken all bytes that were written. */
  onDrain(): void;
  /** The transport is closed. Called once; `error` is null after an orderly end. */
  onClose(error: Error | null): void;
}

/** One port of a broker. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
  /** Address of its WebSocket; null for TCP. */
  readonly url: string | null;
}

/** An endpoint in error texts. */
export const endpointText = ({ host, port, url }: Endpoint): string => url ?? `${host}:${port}`;

/** Where to connect. */
export interface TransportTarget extends Endpoint {
  /** How to encrypt; null for not at all. */
  readonly tls: TlsOptions | null;
  /** Time for the attempt, milliseconds. */
  readonly timeoutMs: number;
  /** Ends the attempt, which rejects with the signal's reason. It has no effect on an open transport. */
  readonly signal: AbortSignal;
}

/** Opens a transport. Rejects with a TimeoutError, a NotConnectedError or the signal's reason. */
export type OpenTransport = (target: TransportTarget, listener: TransportListener) => Promise<Transport>;
