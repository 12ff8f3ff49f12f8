import type { EngineCore } from '../session/core.js';
import type { StreamQuestion } from '../session/stream-history.js';
import {
  encodeAnswer,
  MoreOffset,
  moreBytes,
  parseHistoryQuestion,
  pieceHeadBytes,
  pieceOf,
  windowBytes,
} from './history-messages.js';
import type { Peer } from './peer.js';
import type { Transport } from './transport.js';
import { headBytes, textOf } from './wire.js';

/** Questions of one broker that are worked on at a time. Further ones are refused; a broker asks less by itself. */
const questionMaxCount = 16;
/** Bytes of all answers that wait for their receivers. */
const heldMaxBytes = 256 * 1_048_576;
/** An answer whose receiver asks for no more is forgotten. */
const idleMs = 10_000;

/** An answer that is being sent. */
interface Reply {
  readonly peer: Peer;
  readonly number: number;
  readonly answer: Buffer;
  sentMs: number;
}

/** Answers other brokers from the journal of this one. */
export class HistoryReplies {
  readonly #core: EngineCore;
  readonly #transport: Transport;
  readonly #id: string;
  /** Questions that the journal is read for, by broker. */
  readonly #reading = new Map<string, number>();
  /** By broker and number. */
  readonly #replies = new Map<string, Reply>();
  #heldBytes = 0;

  constructor(core: EngineCore, transport: Transport, id: string) {
    this.#core = core;
    this.#transport = transport;
    this.#id = id;
  }

  /** A broker asks. */
  take(peer: Peer, bytes: Buffer): void {
    const parsed = parseHistoryQuestion(textOf(bytes, headBytes));
    if (parsed === undefined) {
      peer.reader.badCount++;
      return;
    }
    const { number, question } = parsed;
    const count = this.#reading.get(peer.id) ?? 0;
    if (count >= questionMaxCount || this.#heldBytes > heldMaxBytes) {
      return this.#send({ peer, number, answer: encodeAnswer(null), sentMs: 0 }, 0);
    }
    this.#reading.set(peer.id, count + 1);
    void this.#core.guard.runAsync('reading the journal for another broker', () =>
      this.#answer(peer, number, question),
    );
  }

  /** A broker asks for more of an answer. */
  more(peer: Peer, bytes: Buffer): void {
    if (bytes.length < moreBytes) {
      peer.reader.badCount++;
      return;
    }
    const reply = this.#replies.get(keyOf(peer, bytes.readUInt32BE(MoreOffset.number)));
    if (reply !== undefined) this.#send(reply, bytes.readUInt32BE(MoreOffset.at));
  }

  /** Forgets answers that have not been asked for any more. */
  review(): void {
    const { steadyMs } = this.#core.clock;
    for (const reply of this.#replies.values()) if (steadyMs - reply.sentMs > idleMs) this.#forget(reply);
  }

  async #answer(peer: Peer, number: number, question: StreamQuestion): Promise<void> {
    try {
      const answer = encodeAnswer(await this.#core.history.own(question));
      const reply = { peer, number, answer, sentMs: this.#core.clock.steadyMs };
      if (answer.length > windowBytes) {
        this.#replies.set(keyOf(peer, number), reply);
        this.#heldBytes += answer.length;
      }
      this.#send(reply, 0);
    } finally {
      const left = (this.#reading.get(peer.id) ?? 1) - 1;
      if (left > 0) this.#reading.set(peer.id, left);
      else this.#reading.delete(peer.id);
    }
  }

  /** Sends one window of an answer, cut to what a message may have. */
  #send(reply: Reply, from: number): void {
    const { peer, number, answer } = reply;
    const end = Math.min(answer.length, from + windowBytes);
    if (!this.#transport.isConnected) return;
    reply.sentMs = this.#core.clock.steadyMs;
    const pieceMaxBytes = Math.min(this.#transport.maxPayloadBytes, peer.hello.maxPayloadBytes) - pieceHeadBytes;
    const names = { sender: this.#id, receiver: peer.id, number };
    for (let at = from; at < end; at += pieceMaxBytes) {
      this.#transport.send(peer.id, pieceOf(names, answer, at, Math.min(end, at + pieceMaxBytes)));
    }
    if (end === answer.length) this.#forget(reply);
  }

  #forget(reply: Reply): void {
    if (this.#replies.delete(keyOf(reply.peer, reply.number))) this.#heldBytes -= reply.answer.length;
  }
}

const keyOf = ({ id }: Peer, number: number): string => `${id} ${number}`;
