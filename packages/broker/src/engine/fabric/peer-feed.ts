import type { FeedFigures } from '../../port-cluster.js';
import type { Clock } from '../clock.js';
import type { Batch } from '../fanout/batch/batch.js';
import { messageEnd } from '../fanout/batch/message-walk.js';
import type { GroupMember } from '../fanout/group-member.js';
import type { Laggards } from '../fanout/subscriber/laggards.js';
import { SendWindow } from './send-window.js';
import type { Transport } from './transport.js';
import { FeedOffset, feedHeadBytes, Kind, newMessage, PartOffset, partHeadBytes, writeU64 } from './wire.js';

/** A part of a large delivery: what waits behind it waits for less than a millisecond. */
const partMaxBytes = 262_144;
/** Messages of the fabric carry at most this, whatever the server allows: a leaf node may be attached that allows no more. */
const messageMaxBytes = 1_048_576;

/** What all feeds of a broker share. */
export interface FeedContext {
  readonly id: string;
  readonly clock: Clock;
  readonly laggards: Laggards;
  readonly transport: Transport;
}

/**
 * What this broker sends to another one. It is a member of an interest group like a subscriber: each batch of the group goes out as one message,
 * the deliveries as they stand. Messages are numbered, so that the other broker sees what was lost; what is not sent takes a number, too.
 */
export class PeerFeed implements GroupMember {
  readonly isReader = false;
  /** Which feed to this broker it is. A broker that was cut off gets a new one. */
  readonly feed: number;
  readonly window: SendWindow;
  /** Number of the last message. */
  number = 0;
  sentCount = 0;
  skippedCount = 0;
  isClosed = false;
  readonly #receiver: string;
  readonly #context: FeedContext;
  /** Bytes that the server of the other broker allows. */
  #peerMaxBytes = messageMaxBytes;

  constructor(feed: number, receiver: string, context: FeedContext) {
    this.feed = feed;
    this.#receiver = receiver;
    this.#context = context;
    this.window = new SendWindow(context.laggards);
  }

  /** Bytes that one message may have, for both servers. */
  get #maxBytes(): number {
    return Math.min(this.#context.transport.maxPayloadBytes, this.#peerMaxBytes, messageMaxBytes);
  }

  set peerMaxPayloadBytes(bytes: number) {
    this.#peerMaxBytes = bytes;
  }

  joined(): void {}

  left(): void {}

  deliver(batch: Batch): void {
    if (batch.chunks === null) this.send(batch.view, batch.messageCount, 0);
    else this.sendParts(batch.chunks, batch.endBytes, 0);
  }

  /** Sends whole deliveries, cut between two of them where they are too many for one message. */
  send(deliveries: Buffer, deliveryCount: number, flags: number): void {
    const roomBytes = this.#maxBytes - feedHeadBytes;
    if (deliveries.length <= roomBytes) return this.#sendBatch(deliveries, deliveryCount, flags);
    let start = 0;
    let count = 0;
    for (let at = 0; at < deliveries.length; ) {
      const end = messageEnd(deliveries, at);
      if (end - start > roomBytes && count > 0) {
        this.#sendBatch(deliveries.subarray(start, at), count, flags);
        start = at;
        count = 0;
      }
      if (end - at > roomBytes) {
        this.sendParts([deliveries.subarray(at, end)], end - at, flags);
        start = end;
      } else count++;
      at = end;
    }
    if (count > 0) this.#sendBatch(deliveries.subarray(start), count, flags);
  }

  /** Sends one delivery of `totalBytes` bytes in parts. */
  sendParts(chunks: readonly Buffer[], totalBytes: number, flags: number): void {
    if (!this.#admits(totalBytes, 1)) return;
    const roomBytes = Math.min(this.#maxBytes - partHeadBytes, partMaxBytes);
    this.sentCount++;
    let at = 0;
    for (const chunk of chunks) {
      for (let start = 0; start < chunk.length; start += roomBytes) {
        const piece = chunk.subarray(start, start + roomBytes);
        const message = this.#message(Kind.part, flags, partHeadBytes + piece.length);
        message.writeUInt32BE(at, PartOffset.at);
        message.writeUInt32BE(totalBytes, PartOffset.total);
        message.set(piece, partHeadBytes);
        this.#transmit(message, piece.length);
        at += piece.length;
      }
    }
  }

  /** Sends a message of the feed whose body is JSON. */
  sendJson(kind: Kind, body: unknown): void {
    const text = Buffer.from(JSON.stringify(body));
    if (!this.#admits(text.length, 0)) return;
    const message = this.#message(kind, 0, feedHeadBytes + text.length);
    message.set(text, feedHeadBytes);
    this.#transmit(message, text.length);
  }

  /** The receiver has got what was sent up to this number, or knows that it is lost. */
  confirmed(number: number, peerLags: boolean): void {
    this.window.confirmed(number, peerLags, this.#context.clock.steadyMs);
  }

  close(): void {
    this.isClosed = true;
    this.window.close();
  }

  figures(): FeedFigures {
    const { window } = this;
    return {
      to: this.#receiver,
      feed: this.feed,
      number: this.number,
      sentCount: this.sentCount,
      sentBytes: window.sentBytes,
      unconfirmedBytes: window.unconfirmedBytes,
      lagMs: window.lagMs(this.#context.clock.steadyMs),
      skippedCount: this.skippedCount,
      isPacing: window.isPacing,
      isLagging: window.isLagging,
    };
  }

  #sendBatch(deliveries: Buffer, deliveryCount: number, flags: number): void {
    if (!this.#admits(deliveries.length, deliveryCount)) return;
    this.sentCount += deliveryCount;
    // The client of NATS keeps what it is given for a while, and the batch is filled again: it gets a copy.
    const message = this.#message(Kind.batch, flags, feedHeadBytes + deliveries.length);
    message.set(deliveries, feedHeadBytes);
    this.#transmit(message, deliveries.length);
  }

  /** False when these deliveries cannot be sent: they take a number, so that their loss is seen. */
  #admits(bytes: number, deliveryCount: number): boolean {
    if (this.isClosed) return false;
    if (this.#context.transport.isConnected && this.window.admits(bytes)) return true;
    this.number++;
    this.skippedCount += deliveryCount;
    return false;
  }

  #message(kind: Kind, flags: number, bytes: number): Buffer {
    const message = newMessage(kind, flags, this.#context.id, this.#receiver, bytes);
    message.writeUInt32BE(this.feed, FeedOffset.feed);
    writeU64(message, FeedOffset.number, ++this.number);
    return message;
  }

  #transmit(message: Buffer, bytes: number): void {
    this.window.sent(this.number, bytes, this.#context.clock.steadyMs);
    this.#context.transport.send(this.#receiver, message);
  }
}
