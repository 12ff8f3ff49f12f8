import type { Socket } from 'node:net';
import { type HeadListing, type HistoryListing, MessageType } from '@pulsemq/protocol';
import { encodePong } from '@pulsemq/zmtp';
import { type MessageView, MessageWalker } from '../market/wire/message-walker.js';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername, keepAlive, message, openSession } from '../wire/pulsemq.js';

/** What QUERY `history` asks for. */
export interface HistoryQuestion {
  readonly topic: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
}

interface Waiting {
  resolve(text: Buffer): void;
  reject(error: Error): void;
}

/** A session that asks for history, one question at a time. */
export class HistorySession {
  readonly #socket: Socket;
  #waiting: Waiting | null = null;

  private constructor(socket: Socket) {
    this.#socket = socket;
    const walker = new MessageWalker({
      onMessage: (reply) => this.#onReply(reply),
      onPing: (context) => socket.write(encodePong(context)),
    });
    socket.on('data', (chunk: Buffer) => walker.push(chunk));
    socket.once('close', () => this.#waiting?.reject(new Error('the broker closed the connection for history')));
    socket.resume();
    keepAlive(socket);
  }

  static async open(address: PeerAddress): Promise<HistorySession> {
    return new HistorySession((await openSession(address, benchUsername)).socket);
  }

  /** Epoch of each topic's present stream. */
  async epochs(): Promise<Map<string, number>> {
    const epochs = new Map<string, number>();
    for (let page: number | null = 0; page !== null; ) {
      const answer = await this.#ask({ type: 'heads', namespace: benchNamespace, pattern: '>', page });
      const { data: listing } = JSON.parse(answer.toString('utf8')) as { data: HeadListing };
      for (const [topic, epoch] of listing.heads) epochs.set(topic, epoch);
      page = listing.next;
    }
    return epochs;
  }

  /** Resolves with the number of messages of the answer. */
  async count(question: HistoryQuestion): Promise<number> {
    const answer = await this.#ask({ type: 'history', namespace: benchNamespace, ...question });
    return (JSON.parse(answer.toString('utf8', 4, 4 + answer.readUInt32BE(0))) as HistoryListing).count;
  }

  close(): void {
    this.#socket.destroy();
  }

  #ask(body: object): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(message({ type: MessageType.query, payload: Buffer.from(JSON.stringify(body)) }));
    });
  }

  #onReply({ bytes, starts, ends }: MessageView): void {
    const waiting = this.#waiting;
    this.#waiting = null;
    const payload = Buffer.from(bytes.subarray(starts[4], ends[4]));
    if (bytes[starts[0]! + 1] === MessageType.error) waiting?.reject(new Error(`QUERY was refused: ${payload}`));
    else waiting?.resolve(payload);
  }
}
