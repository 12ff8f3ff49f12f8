// What the publishers have sent: each message of a topic has a number, and was acknowledged or has failed with an error.

export class PublishAccount {
  publishedCount = 0;
  /** Texts of errors. */
  failures = [];
  /** By topic: the acknowledged numbers. */
  #acknowledged = new Map();

  acknowledged(key, number) {
    this.publishedCount += 1;
    const numbers = this.#acknowledged.get(key) ?? [];
    this.#acknowledged.set(key, numbers);
    numbers.push(number);
  }

  failed(key, number, text) {
    this.failures.push(`${key}: ${number}: ${text}`);
  }

  get keys() {
    return [...this.#acknowledged.keys()];
  }

  last(key) {
    return this.#acknowledged.get(key)?.at(-1) ?? 0;
  }

  /** The acknowledged numbers of a topic that no reader has got. */
  missedByAll(key, readers) {
    const numbers = this.#acknowledged.get(key) ?? [];
    return numbers.filter((number) => !readers.some((reader) => reader.has(key, number)));
  }
}
