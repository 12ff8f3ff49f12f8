import { readU64 } from '@pulsemq/zmtp';
import type { EngineCore } from '../session/core.js';
import type { Peer } from './peer.js';
import type { PeerTable } from './peer-table.js';
import type { Transport } from './transport.js';
import { Flag, feedOf, Kind, newMessage, ReceiptOffset, receiptBytes, writeU64 } from './wire.js';

/** How often other brokers hear what has come. */
const receiptMs = 5;

/**
 * Tells the other brokers what has come from them, every few milliseconds, and whether subscribers here lag: their publishers wait then, as they
 * would for a subscriber of their own.
 */
export class Receipts {
  readonly #core: Pick<EngineCore, 'fanOut' | 'guard' | 'clock'>;
  readonly #transport: Transport;
  readonly #peers: PeerTable;
  readonly #id: string;
  /** Brokers from which something has come. */
  readonly #waiting = new Set<Peer>();
  #timer: NodeJS.Timeout | null = null;

  constructor(
    core: Pick<EngineCore, 'fanOut' | 'guard' | 'clock'>,
    transport: Transport,
    peers: PeerTable,
    id: string,
  ) {
    this.#core = core;
    this.#transport = transport;
    this.#peers = peers;
    this.#id = id;
  }

  /** Something has come from this broker. */
  add(peer: Peer): void {
    this.#waiting.add(peer);
    this.#schedule();
  }

  /** A receipt of another broker. */
  take(peer: Peer, bytes: Buffer, flags: number): void {
    if (bytes.length < receiptBytes) {
      peer.reader.badCount++;
      return;
    }
    const feed = peer.outgoing?.feed;
    if (feed?.feed !== feedOf(bytes)) return;
    feed.confirmed(readU64(bytes, ReceiptOffset.number), (flags & Flag.lags) !== 0);
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#waiting.clear();
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => this.#core.guard.run('receipts for other brokers', () => this.#send()), receiptMs);
  }

  #send(): void {
    this.#timer = null;
    const lag = this.#doSubscribersLag ? Flag.lags : 0;
    for (const peer of this.#waiting) {
      if (peer.isReachable && this.#transport.isConnected) this.#transport.send(peer.id, this.#receipt(peer, lag));
      // The others must hear when the lag is over.
      if (lag === 0 || !peer.isReachable) this.#waiting.delete(peer);
    }
    if (this.#waiting.size > 0) this.#schedule();
  }

  /** Subscribers of this broker lag. A lag of another broker does not matter to those that send here. */
  get #doSubscribersLag(): boolean {
    let pacingFeedCount = 0;
    for (const { outgoing } of this.#peers.all()) if (outgoing?.feed.window.isPacing === true) pacingFeedCount++;
    return this.#core.fanOut.laggards.pacedCount > pacingFeedCount;
  }

  #receipt({ id, reader }: Peer, flags: number): Buffer {
    const message = newMessage(Kind.receipt, flags, this.#id, id, receiptBytes);
    message.writeUInt32BE(reader.feed, ReceiptOffset.feed);
    writeU64(message, ReceiptOffset.bytes, reader.receivedBytes);
    writeU64(message, ReceiptOffset.number, reader.number);
    return message;
  }
}
