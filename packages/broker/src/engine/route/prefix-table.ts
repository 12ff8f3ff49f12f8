import type { InterestGroup } from '../fanout/interest-group.js';

/**
 * Plain prefixes of topics. A match looks up one slice of the topic for each length that a prefix has. That is simpler than a trie of bytes,
 * and only the cold path needs it.
 */
export class PrefixTable {
  readonly #groups = new Map<string, Set<InterestGroup>>();
  /** Number of prefixes by length. */
  readonly #lengths = new Map<number, number>();

  add(prefix: string, group: InterestGroup): void {
    let groups = this.#groups.get(prefix);
    if (groups === undefined) {
      groups = new Set();
      this.#groups.set(prefix, groups);
      this.#lengths.set(prefix.length, (this.#lengths.get(prefix.length) ?? 0) + 1);
    }
    groups.add(group);
  }

  remove(prefix: string, group: InterestGroup): void {
    const groups = this.#groups.get(prefix);
    if (groups === undefined || !groups.delete(group) || groups.size > 0) return;
    this.#groups.delete(prefix);
    const left = this.#lengths.get(prefix.length)! - 1;
    if (left === 0) this.#lengths.delete(prefix.length);
    else this.#lengths.set(prefix.length, left);
  }

  /** Adds to `found` the groups of every prefix of `topic`. */
  match(topic: string, found: Set<InterestGroup>): void {
    for (const length of this.#lengths.keys()) {
      if (length > topic.length) continue;
      const groups = this.#groups.get(topic.slice(0, length));
      if (groups !== undefined) for (const group of groups) found.add(group);
    }
  }
}
