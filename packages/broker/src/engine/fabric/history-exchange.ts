import type { EngineCore } from '../session/core.js';
import type { HistoryParts } from './history-parts.js';
import { HistoryQuestions } from './history-questions.js';
import { HistoryReplies } from './history-replies.js';
import type { Peer } from './peer.js';
import type { PeerTable } from './peer-table.js';
import { Kind } from './wire.js';

type HistoryKind = typeof Kind.askHistory | typeof Kind.history | typeof Kind.moreHistory;

/** How often the end of the questions is looked for. */
const lookMs = 10;

/** Asks other brokers for messages of their journals, and gives them those of this one. */
export class HistoryExchange {
  readonly #core: EngineCore;
  readonly #questions: HistoryQuestions;
  readonly #replies: HistoryReplies;
  readonly #peers: PeerTable;
  /** When another broker has asked last, milliseconds of the monotonic clock. */
  #askedMs = 0;

  constructor(parts: HistoryParts) {
    const { core, transport, peers, id } = parts;
    this.#core = core;
    this.#peers = peers;
    this.#questions = new HistoryQuestions(parts);
    this.#replies = new HistoryReplies(core, transport, id);
    core.history.others = this.#questions;
  }

  /** Takes a message of one of the three kinds. */
  take(peer: Peer, kind: HistoryKind, bytes: Buffer): void {
    if (kind !== Kind.history) this.#askedMs = performance.now();
    switch (kind) {
      case Kind.askHistory:
        return this.#replies.take(peer, bytes);
      case Kind.moreHistory:
        return this.#replies.more(peer, bytes);
      case Kind.history:
        return this.#questions.take(peer, bytes);
      default:
        return kind satisfies never;
    }
  }

  /** Gives up what is not answered. */
  review(): void {
    this.#questions.review();
    this.#replies.review();
  }

  /**
   * Resolves when no other broker has asked for `quietMs`, or when `performance.now()` reaches `untilMs()`, which may be lowered meanwhile.
   * Without a journal or another broker it resolves at once. A broker that drains calls it: readers that have moved away still ask for messages
   * that they missed.
   */
  async asked(untilMs: () => number, quietMs: number): Promise<void> {
    if (this.#core.journal === null || this.#peers.reachableCount === 0) return;
    const startMs = performance.now();
    while (performance.now() < Math.min(untilMs(), Math.max(startMs, this.#askedMs) + quietMs)) {
      await new Promise((resolve) => setTimeout(resolve, lookMs));
    }
  }

  /** This broker ends. */
  close(): void {
    this.#core.history.others = null;
    this.#questions.close();
  }
}
