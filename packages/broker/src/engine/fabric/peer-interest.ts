import type { FanOut } from '../fanout/fan-out.js';
import type { GroupMember } from '../fanout/group-member.js';
import { InterestGroup } from '../fanout/interest-group.js';
import type { NamespaceTable } from '../route/namespace-table.js';
import { type InterestWord, interestOf } from './interest-word.js';

/**
 * What the subscribers of another broker want, as a group of its own: it gets only what publishers of this broker send, so nothing goes round in
 * circles. Words come and go one by one; the group stays.
 */
export class PeerInterest {
  /** Version that the other broker gave it; 0 before the first. */
  version = 0;
  readonly #namespaces: NamespaceTable;
  readonly #group: InterestGroup;
  readonly #member: GroupMember;
  readonly #namespaceMaxCount: () => number;
  readonly #words = new Set<InterestWord>();

  /** `namespaceMaxCount` bounds the namespaces that words of others may create here. */
  constructor(
    id: string,
    namespaces: NamespaceTable,
    fanOut: FanOut,
    member: GroupMember,
    namespaceMaxCount: () => number,
  ) {
    this.#namespaces = namespaces;
    this.#namespaceMaxCount = namespaceMaxCount;
    this.#member = member;
    this.#group = new InterestGroup(`broker ${id}`, fanOut);
    this.#group.takesOwnOnly = true;
    this.#group.join(member);
  }

  words(): readonly InterestWord[] {
    return [...this.#words];
  }

  /** Sends what was accepted for it so far. */
  flush(): void {
    this.#group.flush();
  }

  /** Applies a change. Returns the words that are new. */
  change(version: number, added: readonly InterestWord[], removed: readonly InterestWord[]): InterestWord[] {
    this.version = version;
    for (const word of removed) this.#remove(word);
    return added.filter((word) => this.#add(word));
  }

  /** Replaces everything. Returns the words that are new. */
  replace(version: number, words: readonly InterestWord[]): InterestWord[] {
    const wanted = new Set(words);
    return this.change(
      version,
      words,
      [...this.#words].filter((word) => !wanted.has(word)),
    );
  }

  /** It gets nothing more. */
  close(): void {
    for (const word of [...this.#words]) this.#remove(word);
    this.#group.leave(this.#member);
  }

  #add(word: InterestWord): boolean {
    if (this.#words.has(word)) return false;
    const interest = interestOf(word);
    const isNew = this.#namespaces.of(interest.namespace) === undefined;
    if (isNew && this.#namespaces.count >= this.#namespaceMaxCount()) return false;
    this.#words.add(word);
    this.#namespaces.ofOrNew(interest.namespace).addInterest(interest, this.#group);
    return true;
  }

  #remove(word: InterestWord): void {
    if (!this.#words.delete(word)) return;
    const interest = interestOf(word);
    this.#namespaces.of(interest.namespace)?.removeInterest(interest, this.#group);
  }
}
