import type { FanOut } from '../../fanout/fan-out.js';
import type { SessionConnection } from '../session-connection.js';

/**
 * Bytes that publishers may bring between two pauses while somebody is behind: a whole read of one who publishes flat out, or what
 * a thousand quiet ones had to say in the meantime.
 */
const intakeBytes = 262_144;

/** A publisher that waits. */
interface Waiting {
  readonly connection: SessionConnection;
  /** What its last read brought, and its next is likely to. */
  readonly readBytes: number;
}

/**
 * Acks come at once and so hold no publisher back: flat out, readers that keep draining would still lose messages. While one of
 * them is past its soft limit, publishers are not read from, and let in again in the order they came, a little every few
 * milliseconds. One that has stopped reading, or loses messages all the same, paces nobody.
 */
export class Pacing {
  readonly #fanOut: FanOut;
  readonly #maxPauseMs: number;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;
  #isLettingIn = false;

  /** `maxPauseMs` 0 turns it off. */
  constructor(fanOut: FanOut, maxPauseMs: number) {
    this.#fanOut = fanOut;
    this.#maxPauseMs = maxPauseMs;
    fanOut.onRelief = () => this.#relieve();
  }

  /** Called after each read of a publisher: it waits when somebody needs it to. */
  afterRead(connection: SessionConnection, readBytes: number): void {
    if (this.#fanOut.overSoft.size === 0 || this.#maxPauseMs === 0) return;
    connection.pause();
    this.#waiting.push({ connection, readBytes });
    this.#timer ??= setTimeout(() => this.#onTimer(), this.#maxPauseMs);
  }

  /** Nobody is behind: all may come, but not all in one turn, or they would bring back what they were paused for. */
  #relieve(): void {
    if (this.#waiting.length === 0 || this.#isLettingIn) return;
    this.#stopTimer();
    this.#isLettingIn = true;
    this.#letIn(this.#fanOut.limits.outboxBytes / 8);
    setImmediate(() => {
      this.#isLettingIn = false;
      if (this.#fanOut.overSoft.size === 0) this.#relieve();
      else this.#startTimer();
    });
  }

  #onTimer(): void {
    this.#timer = null;
    this.#letIn(intakeBytes);
    this.#startTimer();
  }

  /** Lets the first go on, at least one of them and more while they are likely to bring less than `bytes` together. */
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
    if (this.#waiting.length > 0) this.#timer ??= setTimeout(() => this.#onTimer(), this.#maxPauseMs);
  }

  #stopTimer(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
