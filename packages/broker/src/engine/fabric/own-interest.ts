import type { Interest } from '../route/interest.js';
import type { InterestListener } from '../route/interest-table.js';
import { type InterestWord, namespaceOf, wantsTopic, wordsOf } from './interest-word.js';

/** How long a word is kept after the last subscriber that wanted it has left: clients that come back soon change nothing. */
const keptMs = 30_000;

/** How one version of the interest differs from the one before. */
export interface InterestChange {
  readonly version: number;
  readonly added: readonly InterestWord[];
  readonly removed: readonly InterestWord[];
}

interface Wanted {
  groupCount: number;
  /** When the last one left, milliseconds of the monotonic clock; null while there is one. */
  leftMs: number | null;
}

/**
 * What the subscribers of this broker want, counted by word. Each change makes a new version, which is sent to the other brokers; changes
 * of one turn are one version.
 */
export class OwnInterest implements InterestListener {
  /** Version of the interest that was sent to the others; 0 before the first one. */
  version = 0;
  /** The interest has changed. */
  onChange: (change: InterestChange) => void = () => {};
  readonly #wanted = new Map<InterestWord, Wanted>();
  readonly #byNamespace = new Map<string, Set<InterestWord>>();
  readonly #added = new Set<InterestWord>();
  readonly #removed = new Set<InterestWord>();
  readonly #run: (work: () => void) => void;
  #isScheduled = false;

  /** `run` catches what the work of later turns throws. */
  constructor(run: (work: () => void) => void) {
    this.#run = run;
  }

  get wordCount(): number {
    return this.#wanted.size;
  }

  words(): InterestWord[] {
    return [...this.#wanted.keys()];
  }

  /** The version that holds every change so far. */
  settle(): number {
    this.#announce();
    return this.version;
  }

  appeared(interest: Interest): void {
    for (const word of wordsOf(interest)) this.#add(word);
  }

  gone(interest: Interest): void {
    for (const word of wordsOf(interest)) this.#drop(word);
  }

  /** A subscriber here wants the topic, or has wanted it lately. */
  covers(namespace: string, topic: string): boolean {
    for (const word of this.#byNamespace.get(namespace) ?? []) if (wantsTopic(word, topic)) return true;
    return false;
  }

  /** Removes words that have not been wanted for their time. */
  sweep(steadyMs: number): void {
    for (const [word, { leftMs }] of this.#wanted) {
      if (leftMs === null || steadyMs - leftMs < keptMs) continue;
      this.#wanted.delete(word);
      this.#unlist(word);
      this.#removed.add(word);
      this.#added.delete(word);
      this.#schedule();
    }
  }

  #add(word: InterestWord): void {
    const wanted = this.#wanted.get(word);
    if (wanted !== undefined) {
      wanted.groupCount++;
      wanted.leftMs = null;
      return;
    }
    this.#wanted.set(word, { groupCount: 1, leftMs: null });
    this.#list(word);
    this.#added.add(word);
    this.#removed.delete(word);
    this.#schedule();
  }

  #drop(word: InterestWord): void {
    const wanted = this.#wanted.get(word);
    if (wanted === undefined || --wanted.groupCount > 0) return;
    wanted.leftMs = performance.now();
  }

  #list(word: InterestWord): void {
    const name = namespaceOf(word);
    const words = this.#byNamespace.get(name);
    if (words === undefined) this.#byNamespace.set(name, new Set([word]));
    else words.add(word);
  }

  #unlist(word: InterestWord): void {
    const name = namespaceOf(word);
    const words = this.#byNamespace.get(name);
    words?.delete(word);
    if (words?.size === 0) this.#byNamespace.delete(name);
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#run(() => this.#announce()));
  }

  #announce(): void {
    this.#isScheduled = false;
    if (this.#added.size === 0 && this.#removed.size === 0) return;
    this.version++;
    const change = { version: this.version, added: [...this.#added], removed: [...this.#removed] };
    this.#added.clear();
    this.#removed.clear();
    this.onChange(change);
  }
}
