/** Plain prefixes that one subscriber has in one namespace, without those that a shorter one covers. */
export class PrefixSet {
  /** Text that equal sets share. */
  readonly key: string;
  readonly #sorted: readonly string[];

  constructor(prefixes: Iterable<string>) {
    const sorted: string[] = [];
    for (const prefix of [...prefixes].sort()) {
      const last = sorted[sorted.length - 1];
      if (last === undefined || !prefix.startsWith(last)) sorted.push(prefix);
    }
    this.#sorted = sorted;
    this.key = sorted.join(',');
  }

  /** The prefixes; an empty one means every topic. */
  get prefixes(): readonly string[] {
    return this.#sorted;
  }

  /** A topic begins with one of the prefixes. Only the greatest prefix that is not after the topic can be it. */
  covers(topic: string): boolean {
    let low = 0;
    let high = this.#sorted.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.#sorted[middle]! <= topic) low = middle + 1;
      else high = middle;
    }
    return low > 0 && topic.startsWith(this.#sorted[low - 1]!);
  }
}

/** Every topic. */
export const allTopics = new PrefixSet(['']);
