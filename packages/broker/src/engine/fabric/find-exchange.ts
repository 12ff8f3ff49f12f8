import type { FindQuestion, Found, FoundAtPeer } from '../../port-find.js';
import { parseObject } from '../session/wire/json-object.js';
import { parseFound, parseQuestion } from './find-messages.js';
import type { Peer } from './peer.js';
import type { PeerTable } from './peer-table.js';
import type { Transport } from './transport.js';
import { everyone, jsonMessage, Kind } from './wire.js';

/** A broker that has not answered within this time is left out, and the answer names it. */
const answerTimeoutMs = 1_000;
/** Questions that may wait at one time. */
const waitingMaxCount = 64;

/** A question that other brokers have not all answered. */
interface Waiting {
  /** The answers by id of the broker; null until it comes. */
  readonly answers: Map<string, FoundAtPeer>;
  missingCount: number;
  readonly timer: NodeJS.Timeout;
  readonly done: (peers: readonly FoundAtPeer[]) => void;
}

/** Asks the other brokers which sessions they have of a topic or a user, and answers when they ask. */
export class FindExchange {
  readonly #transport: Transport;
  readonly #peers: PeerTable;
  readonly #id: string;
  readonly #findHere: (question: FindQuestion) => Found;
  readonly #waiting = new Map<number, Waiting>();
  #lastQuestion = 0;

  /** `id` is that of this broker, and `findHere` says what it has. */
  constructor(transport: Transport, peers: PeerTable, id: string, findHere: (question: FindQuestion) => Found) {
    this.#transport = transport;
    this.#peers = peers;
    this.#id = id;
    this.#findHere = findHere;
  }

  /** Asks the other brokers. Calls `done` when all have answered, or after a second. */
  ask(question: FindQuestion, done: (peers: readonly FoundAtPeer[]) => void): void {
    const peers = [...this.#peers.all()].filter(({ isOver }) => !isOver);
    const rows = peers.map(({ id, hello }) => ({ brokerId: id, brokerName: hello.name, found: null }));
    const isAsked = this.#transport.isConnected && this.#waiting.size < waitingMaxCount;
    if (rows.length === 0 || !isAsked) return done(rows);
    const number = ++this.#lastQuestion;
    this.#waiting.set(number, {
      answers: new Map(rows.map((row) => [row.brokerId, row])),
      missingCount: rows.length,
      timer: setTimeout(() => this.#finish(number), answerTimeoutMs),
      done,
    });
    this.#transport.send(everyone, jsonMessage(Kind.find, this.#id, everyone, { number, question }));
  }

  /** Takes a question or an answer of another broker. */
  take(peer: Peer, kind: typeof Kind.find | typeof Kind.found, text: string): void {
    const isGood = kind === Kind.find ? this.#onFind(peer, text) : this.#onFound(peer, text);
    if (!isGood) peer.reader.badCount++;
  }

  /** Ends what waits, with the answers that have come. */
  close(): void {
    for (const number of [...this.#waiting.keys()]) this.#finish(number);
  }

  /** Returns false for a message that is not a question. */
  #onFind(peer: Peer, text: string): boolean {
    const { number, question: asked } = parseObject(text) ?? {};
    const question = parseQuestion(asked);
    if (typeof number !== 'number' || question === undefined) return false;
    const found = this.#findHere(question);
    this.#transport.send(peer.id, jsonMessage(Kind.found, this.#id, peer.id, { number, found }));
    return true;
  }

  /** Returns false for a message that is not an answer. A late answer is left out. */
  #onFound(peer: Peer, text: string): boolean {
    const { number, found: list } = parseObject(text) ?? {};
    const found = parseFound(list);
    if (typeof number !== 'number' || found === undefined) return false;
    const waiting = this.#waiting.get(number);
    if (waiting?.answers.get(peer.id)?.found !== null) return true;
    waiting.answers.set(peer.id, { brokerId: peer.id, brokerName: peer.hello.name, found });
    waiting.missingCount--;
    if (waiting.missingCount === 0) this.#finish(number);
    return true;
  }

  #finish(number: number): void {
    const waiting = this.#waiting.get(number);
    if (waiting === undefined) return;
    this.#waiting.delete(number);
    clearTimeout(waiting.timer);
    waiting.done([...waiting.answers.values()]);
  }
}
