import type { SubscriberSink } from '../../src/engine/fanout/subscriber/byte-sink.js';

/** A socket whose kernel takes nothing while it is stopped. Bytes are copied when they are taken, not before. */
export class StoppableSink implements SubscriberSink {
  isStopped = false;
  pendingBytes = 0;
  taken: Buffer[] = [];
  /** The reason for which it was closed, if it was. */
  overflowReason: string | null = null;
  #hasFailed = false;
  #pending: { bytes: Buffer; done: (error?: Error) => void }[] = [];
  #due: (() => void)[] = [];

  overflow(reason: string): void {
    this.overflowReason ??= reason;
  }

  write(bytes: Buffer, done: (error?: Error) => void): void {
    if (this.#hasFailed) this.#due.push(() => done(new Error('write after destroy')));
    else if (this.isStopped) {
      this.#pending.push({ bytes, done });
      this.pendingBytes += bytes.length;
    } else {
      this.taken.push(Buffer.from(bytes));
      this.#due.push(done);
    }
  }

  /** The peer has reset the connection: nothing waits any more, and everything that is written from now on is lost. */
  fail(): void {
    this.#hasFailed = true;
    this.isStopped = false;
    for (const { done } of this.#pending) this.#due.push(() => done(new Error('EPIPE')));
    this.#pending = [];
    this.pendingBytes = 0;
  }

  /** The connection is about to close: copies what was handed over, and takes no notice of it any more. */
  abandon(): void {
    for (const { bytes } of this.#pending) this.taken.push(Buffer.from(bytes));
    this.#pending = [];
  }

  /** Takes what waited and calls the callbacks, as the event loop would. */
  drain(): void {
    const pending = this.#pending;
    this.#pending = [];
    for (const { bytes, done } of pending) {
      this.taken.push(Buffer.from(bytes));
      this.pendingBytes -= bytes.length;
      this.#due.push(done);
    }
    const due = this.#due;
    this.#due = [];
    for (const done of due) done();
  }
}
