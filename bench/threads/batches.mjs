// Batches in shared memory, and for each the number of threads that still write it.

export const batchBytes = 65_536;
export const batchCount = 64;

/** Shared with every thread: the bytes of all batches, and one counter for each. */
export const newBatches = () => ({
  bytes: new SharedArrayBuffer(batchBytes * batchCount),
  users: new SharedArrayBuffer(4 * batchCount),
});

/** A thread's view of the batches. */
export class Batches {
  #bytes;
  #users;

  constructor({ bytes, users }) {
    this.#bytes = Buffer.from(bytes);
    this.#users = new Int32Array(users);
  }

  isFree(index) {
    return Atomics.load(this.#users, index) === 0;
  }

  /** Fills a free batch with whole messages, one copy each, for a number of threads. Returns its size. */
  fill(index, message, threadCount) {
    const start = index * batchBytes;
    const sizeBytes = batchBytes - (batchBytes % message.length);
    for (let at = start; at < start + sizeBytes; at += message.length) message.copy(this.#bytes, at);
    Atomics.store(this.#users, index, threadCount);
    return sizeBytes;
  }

  view(index, sizeBytes) {
    return this.#bytes.subarray(index * batchBytes, index * batchBytes + sizeBytes);
  }

  /** This thread has written it. True when no other thread still writes it. */
  release(index) {
    return Atomics.sub(this.#users, index, 1) === 1;
  }
}
