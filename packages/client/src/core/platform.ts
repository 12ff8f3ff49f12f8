import type { OpenTransport } from './transport.js';

/** What the core needs of its runtime. The core itself uses nothing that only Node or only browsers have. */
export interface Platform {
  /** Opens connections to the broker. */
  readonly openTransport: OpenTransport;
  /** Allocates memory that the caller overwrites: it may hold anything. Received payloads are views of such memory. */
  readonly allocate: Allocate;
  /** Calls back after all bytes that have already arrived were read. */
  afterReads(callback: () => void): void;
  /** Reports an error for which the program has no listener. */
  warn(error: Error): void;
}

/** Allocates memory that the caller overwrites. */
export type Allocate = (sizeBytes: number) => Uint8Array;
