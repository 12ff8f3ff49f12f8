import type { PeerAddress } from '../wire/peer-wire.js';
import { HistorySession } from './history-session.js';

/** Messages that a client has missed. */
const missedCount = 100;

/** Milliseconds from the question to the whole answer. */
export interface FillTimes {
  /** The first one: the broker opens its journal for reading. */
  readonly firstMs: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Messages of one topic, as a client that has lost its connection asks for them. */
export class GapFills {
  #epochs: ReadonlyMap<string, number> = new Map();
  readonly #places: readonly { readonly topic: string; readonly from: number }[];

  /** Takes `count` topics and places at random, the same in each call of `measure`. */
  constructor(topics: readonly string[], messagesOfTopic: number, count: number) {
    if (messagesOfTopic < missedCount) {
      throw new RangeError(
        `a topic has ${messagesOfTopic} messages, fewer than ${missedCount}; ask for more --gigabytes`,
      );
    }
    this.#places = Array.from({ length: count }, () => ({
      topic: topics[Math.floor(Math.random() * topics.length)]!,
      from: 1 + Math.floor(Math.random() * (messagesOfTopic - missedCount + 1)),
    }));
  }

  /** Notes the epochs of the topics. They are asked for beforehand: a client knows them from its deliveries. */
  async prepare(address: PeerAddress): Promise<void> {
    const session = await HistorySession.open(address);
    this.#epochs = await session.epochs();
    session.close();
  }

  /** Asks one question after the other. Throws where an answer has too few messages. */
  async measure(address: PeerAddress): Promise<FillTimes> {
    const session = await HistorySession.open(address);
    const timesMs: number[] = [];
    for (const { topic, from } of this.#places) {
      const question = { topic, epoch: this.#epochs.get(topic)!, from, to: from + missedCount - 1 };
      const startMs = performance.now();
      const count = await session.count(question);
      timesMs.push(performance.now() - startMs);
      if (count !== missedCount) throw new Error(`${topic} from ${from}: ${count} of ${missedCount} messages came`);
    }
    session.close();
    const [firstMs] = timesMs;
    timesMs.sort((left, right) => left - right);
    const atMs = (part: number): number => timesMs[Math.min(timesMs.length - 1, Math.floor(timesMs.length * part))]!;
    return { firstMs: firstMs!, p50Ms: atMs(0.5), p99Ms: atMs(0.99) };
  }
}
