import type { Clock } from '../clock.js';
import { changeBody, parseInterest, wholeBodies } from './interest-messages.js';
import type { InterestChange, OwnInterest } from './own-interest.js';
import type { Peer } from './peer.js';
import type { Transport } from './transport.js';
import { everyone, headBytes, jsonMessage, Kind, newMessage } from './wire.js';

/** Tells other brokers what is wanted here, and takes what they want. */
export class InterestExchange {
  readonly #clock: Clock;
  readonly #own: OwnInterest;
  readonly #transport: Transport;
  readonly #id: string;

  constructor(clock: Clock, own: OwnInterest, transport: Transport, id: string) {
    this.#clock = clock;
    this.#own = own;
    this.#transport = transport;
    this.#id = id;
  }

  /** Tells all brokers of a change. One that does not get it sees by the version that it lacks something. */
  tell({ version, added, removed }: InterestChange): void {
    const body = changeBody(version, added, removed);
    if (body === undefined) this.tellAll(everyone);
    else this.#send(everyone, jsonMessage(Kind.interest, this.#id, everyone, body));
  }

  /** Tells one broker, or all, everything that is wanted. */
  tellAll(receiver: string): void {
    for (const body of wholeBodies(this.#own.version, this.#own.words())) {
      this.#send(receiver, jsonMessage(Kind.interest, this.#id, receiver, body));
    }
  }

  /** Asks a broker for everything that it wants, unless it was asked a moment ago. */
  ask(peer: Peer): void {
    if (!peer.mayAskInterest(this.#clock.steadyMs)) return;
    this.#send(peer.id, newMessage(Kind.askInterest, 0, this.#id, peer.id, headBytes));
  }

  /** Takes what a broker wants. Before its hello it gets nothing. */
  take(peer: Peer, text: string): void {
    const body = parseInterest(text);
    if (body === undefined) peer.reader.badCount++;
    else if (peer.outgoing !== null && !peer.outgoing.take(body)) this.ask(peer);
    else if (body.base === null) peer.interestCame();
  }

  #send(receiver: string, message: Buffer): void {
    if (this.#transport.isConnected) this.#transport.send(receiver, message);
  }
}
