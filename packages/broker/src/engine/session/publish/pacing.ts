import type { Guard } from '../../../guard.js';
import type { FanOut } from '../../fanout/fan-out.js';
import type { SessionConnection } from '../session-connection.js';

/**
 * Bytes that publishers may bring between two pauses while a subscriber lags: one whole read of a publisher that sends flat out, or what a
 * thousand quiet ones sent meanwhile.
 */
const intakeBytes = 262_144;

/** A publisher that is paused. */
interface Waiting {
  readonly connection: SessionConnection;
  /** Bytes of its last read; the next is likely to bring as many. */
  readonly readBytes: number;
}

/**
 * Pauses publishers while a live subscriber lags. Acks come at once and so hold no publisher back: flat out, readers that keep draining
 * would lose messages. While one of them is past its soft limit, publishers are not read from; they resume in the order in which they were
 * paused, a few at a time. A subscriber that has stopped reading, or loses messages all the same, pauses no publisher.
 */
export class Pacing {
  readonly #fanOut: FanOut;
  readonly #maxPauseMs: number;
  readonly #guard: Guard;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isLettingIn = false;

  /** `maxPauseMs` 0 turns pacing off. */
  constructor(fanOut: FanOut, maxPauseMs: number, guard: Guard) {
    this.#fanOut = fanOut;
    this.#guard = guard;
    this.#maxPauseMs = maxPauseMs;
    fanOut.laggards.onRelief = () => this.#relieve();
  }

  /** Call after each read of a publisher: pauses it while a subscriber lags. */
  afterRead(connection: SessionConnection, readBytes: number): void {
    if (!this.#fanOut.laggards.needPacing || this.#maxPauseMs === 0) return;
    connection.pause();
    this.#waiting.push({ connection, readBytes });
    this.#startTimer();
  }

  /** No subscriber lags now. All publishers may resume, but not in one turn: together they would cause the lag again. */
  #relieve(): void {
    if (this.#waiting.length === 0 || this.#isLettingIn) return;
    this.#stopTimer();
    this.#isLettingIn = true;
    this.#letIn(this.#fanOut.limits.outboxBytes / 8);
    setImmediate(() => this.#guard.run('pacing', () => this.#afterRelief()));
  }

  #afterRelief(): void {
    this.#isLettingIn = false;
    if (this.#fanOut.laggards.needPacing) this.#startTimer();
    else this.#relieve();
  }

  #onTimer(): void {
    this.#timer = null;
    this.#letIn(intakeBytes);
    this.#startTimer();
  }

  /** Resumes the first publishers: at least one, and more while together they are likely to bring less than `bytes`. */
  #letIn(bytes: number): void {
    let count = 0;
    let sum = 0;
    for (const { readBytes } of this.#waiting) {
      sum += readBytes;
      if (count > 0 && sum > bytes) break;
      count++;
    }
    const first = this.#waiting.splice(0, count);
    for (const { connection } of first) connection.resume();
  }

  #startTimer(): void {
    if (this.#waiting.length > 0)
      this.#timer ??= setTimeout(() => this.#guard.run('pacing', () => this.#onTimer()), this.#maxPauseMs);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
