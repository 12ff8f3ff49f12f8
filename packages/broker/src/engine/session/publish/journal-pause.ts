import type { Guard } from '../../../guard.js';
import type { JournalFeed } from '../../route/memory/journal-feed.js';
import { roomCheckMs } from '../../route/memory/journal-feed.js';
import type { SessionConnection } from '../session-connection.js';

/** A publisher that is paused. */
interface Waiting {
  readonly connection: SessionConnection;
  /** Bytes of its last read; the next is likely to bring as many. */
  readonly readBytes: number;
}

/** Pauses publishers while the journal cannot be written as fast as they send. They resume in order, as many as the ring has room for. */
export class JournalPause {
  readonly #guard: Guard;
  #waiting: Waiting[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(guard: Guard) {
    this.#guard = guard;
  }

  /** Call after each read of a publisher. */
  afterRead(feed: JournalFeed, connection: SessionConnection, readBytes: number): void {
    if (!feed.isFull) return;
    connection.pause();
    this.#waiting.push({ connection, readBytes });
    this.#startTimer(feed);
  }

  #startTimer(feed: JournalFeed): void {
    this.#timer ??= setTimeout(
      () => this.#guard.run('the pause of publishers', () => this.#onTimer(feed)),
      roomCheckMs,
    );
  }

  #onTimer(feed: JournalFeed): void {
    this.#timer = null;
    let { roomBytes } = feed;
    let count = 0;
    while (count < this.#waiting.length && roomBytes > 0) roomBytes -= this.#waiting[count++]!.readBytes;
    const resumed = this.#waiting.splice(0, count);
    if (this.#waiting.length > 0) this.#startTimer(feed);
    for (const { connection } of resumed) connection.resume();
  }
}
