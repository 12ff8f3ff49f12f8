import type { HistoryResult } from '../../journal/thread-messages.js';
import type { JournalHost } from '../route/memory/journal-host.js';
import type { NamespaceTable } from '../route/namespace-table.js';

/** What one answer holds at most. A client asks again from the next sequence. */
const answerMaxCount = 1_000;
const answerMaxBytes = 1_048_576;

/** Messages of one topic under one epoch: sequences `from` to `to`, both included. */
export interface StreamQuestion {
  readonly namespace: string;
  readonly topic: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  /** Older messages are left out: Unix microseconds, 0 for all. */
  readonly sinceUs: number;
}

/** What a journal has of them. */
export type StreamMessages = Omit<HistoryResult, 'id'>;

/** The journals of the other brokers of a cluster. */
export interface OtherJournals {
  /** Another broker that is there sends this stream. */
  sends(question: StreamQuestion): boolean;
  /** Resolves to null when a broker that may have the stream cannot be reached. */
  ask(question: StreamQuestion): Promise<StreamMessages | null>;
}

/** A journal that has nothing of a stream. */
export const nothingKnown: StreamMessages = {
  isKnown: false,
  messages: new Uint8Array(0),
  count: 0,
  lastSent: 0,
  last: 0,
  nextEpoch: null,
  problem: null,
};

/** Finds messages of a stream in the journal that has them: each broker keeps what its own publishers sent. */
export class StreamHistory {
  /** Null for a broker on its own. */
  others: OtherJournals | null = null;
  readonly #journal: JournalHost | null;
  readonly #namespaces: NamespaceTable;

  constructor(journal: JournalHost | null, namespaces: NamespaceTable) {
    this.#journal = journal;
    this.#namespaces = namespaces;
  }

  /** From whichever broker has them. Resolves to null when it cannot be reached; rejects when the own journal cannot be read. */
  async read(question: StreamQuestion): Promise<StreamMessages | null> {
    const { others } = this;
    if (others === null) return this.own(question);
    if (others.sends(question)) return others.ask(question);
    const own = await this.own(question);
    return own.isKnown || own.problem !== null || this.#isSentHere(question) ? own : others.ask(question);
  }

  /** From the journal of this broker. Rejects when it cannot be read. */
  async own({ namespace, topic, ...range }: StreamQuestion): Promise<StreamMessages> {
    if (this.#journal === null || this.#namespaces.of(namespace)?.log == null) return nothingKnown;
    const limits = { maxCount: answerMaxCount, maxBytes: answerMaxBytes };
    const { id: _, ...found } = await this.#journal.history({ key: `${namespace}:${topic}`, ...range, ...limits });
    return found;
  }

  /** Publishers of this broker send the stream, so no other one has it. */
  #isSentHere({ namespace, topic, epoch }: StreamQuestion): boolean {
    return this.#namespaces.of(namespace)?.route(topic)?.epoch === epoch;
  }
}
