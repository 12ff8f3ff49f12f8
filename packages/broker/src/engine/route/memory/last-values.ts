import type { Clock } from '../../clock.js';
import type { Route } from '../route.js';

/** The last value of a route. */
export interface LastValue {
  /** Frames 0 to 4 as the publisher sent them; a copy. */
  bytes: Buffer;
  sequence: number;
  receivedAtUs: number;
}

/** Last values of routes whose namespace or operator wants them. No others are kept: copying every message costs a seventh of the throughput. */
export class LastValues {
  readonly #values = new Map<Route, LastValue>();
  readonly #limitBytes: number;
  readonly #clock: Clock;
  /** Routes whose newest value did not fit into the limit. */
  readonly #leftOut = new Set<Route>();
  #totalBytes = 0;

  constructor(limitBytes: number, clock: Clock) {
    this.#limitBytes = limitBytes;
    this.#clock = clock;
  }

  get totalBytes(): number {
    return this.#totalBytes;
  }

  /** The newest value of this route did not fit into the limit. */
  isLeftOut(route: Route): boolean {
    return this.#leftOut.has(route);
  }

  of(route: Route): LastValue | undefined {
    return this.#values.get(route);
  }

  /** Keeps the message in `pieces` in place of the one before. */
  keep(route: Route, pieces: readonly Buffer[]): void {
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const present = this.#values.get(route);
    const grownBytes = this.#totalBytes - (present?.bytes.length ?? 0) + size;
    if (grownBytes > this.#limitBytes) {
      this.forget(route);
      this.#leftOut.add(route);
      return;
    }
    this.#leftOut.delete(route);
    this.#totalBytes = grownBytes;
    const bytes = present?.bytes.length === size ? present.bytes : Buffer.allocUnsafeSlow(size);
    let at = 0;
    for (const piece of pieces) {
      bytes.set(piece, at);
      at += piece.length;
    }
    const { sequence } = route;
    this.#values.set(route, { bytes, sequence, receivedAtUs: this.#clock.nowUs });
  }

  forget(route: Route): void {
    this.#leftOut.delete(route);
    const present = this.#values.get(route);
    if (present === undefined) return;
    this.#totalBytes -= present.bytes.length;
    this.#values.delete(route);
  }
}
