import type { Socket } from 'node:net';
import { type MessageParts, MessageType } from '@pulsemq/protocol';
import { encodePong } from '@pulsemq/zmtp';
import type { PeerAddress } from '../../wire/peer-wire.js';
import { benchNamespace, benchUsername, keepAlive, message, openSession } from '../../wire/pulsemq.js';
import { type MessageView, MessageWalker } from './message-walker.js';

/** JSON of a reply. */
export type ReplyBody = Readonly<Record<string, unknown>>;

interface Waiting {
  resolve(body: ReplyBody): void;
  reject(error: Error): void;
}

/** Options of a SUB. An absent one has the broker's default. */
export interface SubOptions {
  readonly onSlow?: 'dropOldest' | 'dropNewest' | 'conflate' | 'disconnect';
  /** Updates a second for each topic. */
  readonly maxRate?: number;
  readonly snapshot?: boolean;
  readonly status?: boolean;
}

/** A SUB of the namespace of the suite. */
export const sub = (pattern: string, lane: number, options: SubOptions): MessageParts => ({
  type: MessageType.sub,
  namespace: benchNamespace,
  topic: pattern,
  payload: Buffer.from(JSON.stringify({ lane, ...options })),
});

/** A session that sends requests and takes their replies, which come in order. */
export class MarketSession {
  /** Binds its lanes. */
  readonly ticket: string;
  readonly #socket: Socket;
  readonly #waiting: Waiting[] = [];
  #nextWaiting = 0;

  private constructor(socket: Socket, ticket: string) {
    this.#socket = socket;
    this.ticket = ticket;
    const walker = new MessageWalker({
      onMessage: (reply) => this.#onReply(reply),
      onPing: (context) => socket.write(encodePong(context)),
    });
    socket.on('data', (chunk) => walker.push(chunk));
    socket.once('close', () => this.#onClose());
    socket.resume();
    keepAlive(socket);
  }

  /** Rejects where AUTH is refused. */
  static async open(address: PeerAddress): Promise<MarketSession> {
    const { socket, ticket } = await openSession(address, benchUsername);
    if (ticket === undefined) throw new Error('AUTH_OK has no ticket: this broker has no lanes');
    return new MarketSession(socket, ticket);
  }

  /** Sends all requests in one write. Resolves with all replies; rejects with the first ERROR, or when the broker closes. */
  requestAll(requests: readonly MessageParts[]): Promise<ReplyBody[]> {
    const replies = requests.map(
      () => new Promise<ReplyBody>((resolve, reject) => this.#waiting.push({ resolve, reject })),
    );
    this.#socket.write(Buffer.concat(requests.map((parts) => message(parts))));
    return Promise.all(replies);
  }

  close(): void {
    this.#socket.destroy();
  }

  #onReply({ bytes, starts, ends }: MessageView): void {
    const waiting = this.#waiting[this.#nextWaiting++]!;
    const text = bytes.toString('utf8', starts[4], ends[4]);
    if (bytes[starts[0]! + 1] === MessageType.error) waiting.reject(new Error(`a request was refused: ${text}`));
    else waiting.resolve(text === '' ? {} : (JSON.parse(text) as ReplyBody));
  }

  #onClose(): void {
    for (const { reject } of this.#waiting.slice(this.#nextWaiting)) {
      reject(new Error('the broker closed a session that waited for a reply'));
    }
  }
}
