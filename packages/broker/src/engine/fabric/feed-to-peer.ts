import type { EngineCore } from '../session/core.js';
import type { InterestBody } from './interest-messages.js';
import type { InterestWord } from './interest-word.js';
import { PeerFeed } from './peer-feed.js';
import { PeerInterest } from './peer-interest.js';
import { StateSender } from './state-sender.js';
import type { Transport } from './transport.js';
import { Flag } from './wire.js';

/** What feeds to other brokers are made of. */
export interface FeedParts {
  readonly core: EngineCore;
  /** Id of this broker. */
  readonly id: string;
  readonly transport: Transport;
}

/** All that goes to one other broker: what it wants, what is sent, and the state of topics that new interest begins with. */
export class FeedToPeer {
  readonly feed: PeerFeed;
  readonly #interest: PeerInterest;
  readonly #state: StateSender;
  /** The other broker had a feed before this one: it must find what it missed. */
  readonly #isReturn: boolean;
  /** Parts of all its words that have come so far; null while none are expected. */
  #parts: InterestWord[] | null = null;

  constructor(number: number, receiver: string, parts: FeedParts, isReturn: boolean) {
    const { core, id, transport } = parts;
    const { clock, fanOut, namespaces, lastValues, guard, config } = core;
    this.feed = new PeerFeed(number, receiver, { id, clock, laggards: fanOut.laggards, transport });
    const namespaceMaxCount = (): number => config.limits.namespaceCount;
    this.#interest = new PeerInterest(receiver, namespaces, fanOut, this.feed, namespaceMaxCount);
    const source = { namespaces, lastValues, slabs: fanOut.memory.slabs, guard };
    this.#state = new StateSender(source, this.feed, this.#interest);
    this.#isReturn = isReturn;
  }

  /** Version of the interest that it follows; 0 before it knows one. */
  get version(): number {
    return this.#interest.version;
  }

  /** Takes what the other broker wants. False when a change before this one is missing: all words must be asked for. */
  take(body: InterestBody): boolean {
    const { base, version, part, partCount, added, removed } = body;
    if (base !== null) {
      if (version <= this.version) return true;
      if (base !== this.version) return false;
      this.#begin(this.#interest.change(version, added, removed), Flag.fill, version);
      return true;
    }
    if (version < this.version) return true;
    if (part === 0) this.#parts = [];
    if (this.#parts === null) return false;
    this.#parts.push(...added);
    if (part < partCount - 1) return true;
    const isFirst = this.version === 0;
    const words = this.#interest.replace(version, this.#parts);
    this.#parts = null;
    this.#begin(words, isFirst && this.#isReturn ? Flag.sync : Flag.fill, version);
    return true;
  }

  /** Sends the state of all topics that it wants: it has lost something. */
  sync(sync: number): void {
    this.#state.add(this.#interest.words(), Flag.sync, { sync });
  }

  close(): void {
    this.#state.close();
    this.#interest.close();
    this.feed.close();
  }

  #begin(words: readonly InterestWord[], flags: number, version: number): void {
    this.#state.add(words, flags, { version });
  }
}
