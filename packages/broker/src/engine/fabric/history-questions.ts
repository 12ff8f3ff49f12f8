import {
  nothingKnown,
  type OtherJournals,
  type StreamMessages,
  type StreamQuestion,
} from '../session/stream-history.js';
import { decodeAnswer, MoreOffset, moreBytes, PieceOffset, pieceHeadBytes, windowBytes } from './history-messages.js';
import type { HistoryParts } from './history-parts.js';
import { PartAssembly } from './part-assembly.js';
import type { Peer } from './peer.js';
import { jsonMessage, Kind, newMessage } from './wire.js';

/** Questions that are on their way at a time; further ones wait for their turn. */
const askedMaxCount = 8;
/** Questions that may wait for their turn. Past it a question is answered as if the broker could not be reached. */
const waitingMaxCount = 1_000;
/** A broker is not waited for when it has been silent for this time: it says hello twice as often. */
const silenceMs = 1_000;
/** Nor when no piece of the answer has come for this time. */
const pieceTimeoutMs = 5_000;

type Done = (found: StreamMessages | null) => void;

/** A question to one broker. */
interface Asked {
  readonly number: number;
  readonly peer: Peer;
  readonly question: StreamQuestion;
  readonly parts: PartAssembly;
  /** Up to where the answer was asked for. */
  windowEnd: number;
  heardMs: number;
  readonly done: Done;
}

/** Asks the journals of the other brokers. */
export class HistoryQuestions implements OtherJournals {
  readonly #parts: HistoryParts;
  readonly #asked = new Map<number, Asked>();
  readonly #waiting: Omit<Asked, 'number' | 'heardMs'>[] = [];
  #lastNumber = 0;

  constructor(parts: HistoryParts) {
    this.#parts = parts;
  }

  sends(question: StreamQuestion): boolean {
    return this.#senderOf(question) !== undefined;
  }

  async ask(question: StreamQuestion): Promise<StreamMessages | null> {
    const sender = this.#senderOf(question);
    if (sender !== undefined) return this.#askOne(sender, question);
    const peers = [...this.#parts.peers.all()].filter(({ isOver, isReachable }) => !isOver && isReachable);
    // One that cannot be reached may have it.
    const isComplete = this.#knowsAll(peers);
    const answers = peers.map((peer) => this.#askOne(peer, question));
    const known = await firstKnown(answers);
    if (known !== undefined) return known;
    const hasFailed = !isComplete || (await Promise.all(answers)).includes(null);
    return hasFailed ? null : nothingKnown;
  }

  /** A piece of an answer. One that is late is left out. */
  take(peer: Peer, bytes: Buffer): void {
    const asked = bytes.length < pieceHeadBytes ? null : this.#asked.get(bytes.readUInt32BE(PieceOffset.number));
    if (asked === null) peer.reader.badCount++;
    if (asked?.peer !== peer) return;
    const [at, total] = [bytes.readUInt32BE(PieceOffset.at), bytes.readUInt32BE(PieceOffset.total)];
    const whole = asked.parts.add(at, total, bytes.subarray(pieceHeadBytes));
    if (whole === 'incomplete') return this.#goOn(asked, at + bytes.length - pieceHeadBytes);
    const found = whole === 'bad' ? undefined : decodeAnswer(whole, asked.question);
    // A lost piece is not a mistake of that broker.
    if (whole !== 'bad' && found === undefined) peer.reader.badCount++;
    this.#end(asked, found ?? null);
  }

  /** Gives up on brokers that say nothing. */
  review(): void {
    const { steadyMs } = this.#parts.core.clock;
    for (const asked of this.#asked.values()) {
      const { peer, heardMs } = asked;
      const isSilent = steadyMs - peer.heardMs > silenceMs || steadyMs - heardMs > pieceTimeoutMs;
      if (isSilent || peer.isOver || !this.#parts.transport.isConnected) this.#end(asked, null);
    }
  }

  /** Answers what waits: this broker ends. */
  close(): void {
    for (const { done } of this.#waiting.splice(0)) done(null);
    for (const asked of [...this.#asked.values()]) this.#end(asked, null);
  }

  /** The broker that sends this stream, unless it has ended: it may have started again, under another id. */
  #senderOf({ namespace, topic, epoch }: StreamQuestion): Peer | undefined {
    for (const peer of this.#parts.peers.all()) {
      if (!peer.isOver && peer.streams.known(namespace, topic)?.route?.epoch === epoch) return peer;
    }
    return undefined;
  }

  /** Every broker that was there, or one with its name, is among these. */
  #knowsAll(peers: readonly Peer[]): boolean {
    if (!this.#parts.transport.isConnected || this.#parts.peers.isYoung) return false;
    const names = new Set(peers.map(({ hello }) => hello.name));
    return [...this.#parts.peers.all()].every(({ hello }) => names.has(hello.name));
  }

  #askOne(peer: Peer, question: StreamQuestion): Promise<StreamMessages | null> {
    if (this.#waiting.length >= waitingMaxCount) return Promise.resolve(null);
    return new Promise((done) => {
      const parts = new PartAssembly();
      this.#waiting.push({ peer, question, parts, windowEnd: windowBytes, done });
      this.#next();
    });
  }

  #next(): void {
    const { core, transport, id } = this.#parts;
    while (this.#asked.size < askedMaxCount) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) return;
      const { peer, question, done } = waiting;
      if (!transport.isConnected || peer.isOver || core.clock.steadyMs - peer.heardMs > silenceMs) {
        done(null);
        continue;
      }
      const number = this.#takeNumber();
      this.#asked.set(number, { ...waiting, number, heardMs: core.clock.steadyMs });
      transport.send(peer.id, jsonMessage(Kind.askHistory, id, peer.id, { number, ...question }));
    }
  }

  #takeNumber(): number {
    this.#lastNumber = (this.#lastNumber + 1) >>> 0;
    return this.#lastNumber;
  }

  /** Asks for more when the window has come. */
  #goOn(asked: Asked, receivedBytes: number): void {
    const { core, transport, id } = this.#parts;
    asked.heardMs = core.clock.steadyMs;
    if (receivedBytes < asked.windowEnd) return;
    asked.windowEnd = receivedBytes + windowBytes;
    const more = newMessage(Kind.moreHistory, 0, id, asked.peer.id, moreBytes);
    more.writeUInt32BE(asked.number, MoreOffset.number);
    more.writeUInt32BE(receivedBytes, MoreOffset.at);
    transport.send(asked.peer.id, more);
  }

  #end(asked: Asked, found: StreamMessages | null): void {
    if (!this.#asked.delete(asked.number)) return;
    asked.done(found);
    this.#next();
  }
}

/** The first answer of a broker that has the stream; undefined when none has it. */
function firstKnown(answers: readonly Promise<StreamMessages | null>[]): Promise<StreamMessages | undefined> {
  return new Promise((resolve) => {
    const looks = answers.map(async (answer) => {
      const found = await answer;
      if (found?.isKnown === true || found?.problem != null) resolve(found);
    });
    void Promise.all(looks).then(() => resolve(undefined));
  });
}
