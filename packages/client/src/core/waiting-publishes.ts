import { Fifo, PubFlag } from '@pulsemq/protocol';
import type { Connection } from './connection.js';
import type { PendingPublish } from './pending.js';

/** Publishes that wait for a connection, in order. */
export class WaitingPublishes {
  readonly #queue = new Fifo<PendingPublish>();

  get size(): number {
    return this.#queue.size;
  }

  push(publish: PendingPublish): void {
    this.#queue.push(publish);
  }

  /** Sends all of them except those that were cancelled. */
  sendTo(connection: Connection): void {
    for (const publish of this.#queue.drain()) {
      if (!publish.isCancelled) send(connection, publish);
    }
  }

  /** Settles all of them with an error. */
  fail(error: Error): void {
    for (const publish of this.#queue.drain()) publish.settle(error);
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
