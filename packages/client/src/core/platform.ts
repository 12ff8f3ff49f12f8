import type { LoadedCurve } from './curve-link.js';
import type { HttpAnswer, HttpGet } from './http-get.js';
import type { LanePolicy } from './lane-policy.js';
import type { OpenTransport } from './transport.js';

/** What the core needs of its runtime. The core itself uses nothing that only Node or only browsers have. */
export interface Platform {
  /** False where connections can be made by URL only. */
  readonly hasTcp: boolean;
  /** How subscriptions are delivered that ask for nothing else; absent for every message. */
  readonly usualPolicy?: LanePolicy;
  /** Opens connections to the broker. */
  readonly openTransport: OpenTransport;
  /** Asks the broker's HTTP API, and resolves with the whole answer. Rejects when none comes, or with the reason of the signal. */
  get(request: HttpGet): Promise<HttpAnswer>;
  /** Loads CURVE. Called only by clients that use it. */
  openCurve(): Promise<LoadedCurve>;
  /** Allocates memory that the caller overwrites: it may hold anything. Received payloads are views of such memory. */
  readonly allocate: Allocate;
  /** Calls back after all bytes that have already arrived were read. */
  afterReads(callback: () => void): void;
  /** Reports an error for which the program has no listener. */
  warn(error: Error): void;
}

/** Allocates memory that the caller overwrites. */
export type Allocate = (sizeBytes: number) => Uint8Array;
