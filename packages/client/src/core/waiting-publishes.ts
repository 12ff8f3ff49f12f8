import { Fifo, PubFlag } from '@pulsemq/protocol';
import type { Connection } from './connection.js';
import { noConnection } from './offline.js';
import type { PendingPublish } from './pending.js';

/** Publishes that wait for a connection, in order, each for a limited time. */
export class WaitingPublishes {
  readonly #timeoutMs: number;
  readonly #queue = new Fifo<PendingPublish>();
  /** Fires when the oldest has waited for too long. */
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  get size(): number {
    return this.#queue.size;
  }

  push(publish: PendingPublish): void {
    // One that is sent again after several losses does not wait anew.
    publish.waitingSinceMs ??= performance.now();
    this.#queue.push(publish);
    this.#timer ??= setTimeout(() => this.#expire(), this.#timeoutMs);
  }

  /** Sends all of them except those that were cancelled. */
  sendTo(connection: Connection): void {
    for (const publish of this.#drain()) {
      if (!publish.isCancelled) send(connection, publish);
    }
  }

  /** Settles all of them with an error. */
  fail(error: Error): void {
    for (const publish of this.#drain()) publish.settle(error);
  }

  #drain(): PendingPublish[] {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    return this.#queue.drain();
  }

  #expire(): void {
    this.#timer = null;
    const nowMs = performance.now();
    const error = noConnection(this.#timeoutMs);
    for (let oldest = this.#queue.peek(); oldest !== undefined; oldest = this.#queue.peek()) {
      const leftMs = oldest.waitingSinceMs! + this.#timeoutMs - nowMs;
      if (leftMs > 0) {
        this.#timer = setTimeout(() => this.#expire(), Math.ceil(leftMs));
        return;
      }
      this.#queue.shift();
      oldest.settle(error);
    }
  }
}

function send(connection: Connection, publish: PendingPublish): void {
  if ((publish.flags & PubFlag.noReply) === 0) return connection.requests.publish(publish);
  if (connection.canOmitReplies) {
    connection.requests.publishUnanswered(publish.names, publish);
    return publish.settle(null);
  }
  // The Python broker answers every publish, so its reply has to be awaited.
  publish.flags &= ~PubFlag.noReply;
  connection.requests.publish(publish);
}
