import type { FanOut } from '../fanout/fan-out.js';
import type { SessionConnection } from './session-connection.js';

/**
 * Acks come at once and so hold no publisher back: flat out, readers that keep draining would still lose messages. While one of
 * them is past its soft limit, publishers are not read from, for a few milliseconds at a time. One that has stopped reading
 * paces nobody.
 */
export class Pacing {
  readonly #fanOut: FanOut;
  readonly #maxPauseMs: number;
  #paused: SessionConnection[] = [];
  #timer: NodeJS.Timeout | null = null;
  pauseCount = 0;

  /** `maxPauseMs` 0 turns it off. */
  constructor(fanOut: FanOut, maxPauseMs: number) {
    this.#fanOut = fanOut;
    this.#maxPauseMs = maxPauseMs;
    fanOut.onRelief = () => this.#release();
  }

  /** Called after each read of a publisher: it waits when somebody needs it to. */
  afterRead(connection: SessionConnection): void {
    if (this.#fanOut.overSoft.size === 0 || this.#maxPauseMs === 0) return;
    connection.pause();
    this.#paused.push(connection);
    this.pauseCount++;
    this.#timer ??= setTimeout(() => this.#release(), this.#maxPauseMs);
  }

  #release(): void {
    if (this.#timer === null) return;
    clearTimeout(this.#timer);
    this.#timer = null;
    const paused = this.#paused;
    this.#paused = [];
    for (const connection of paused) connection.resume();
  }
}
