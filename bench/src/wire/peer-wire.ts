import type { Socket } from 'node:net';

/** Where a peer listens. */
export interface PeerAddress {
  readonly pubPort: number;
  readonly subPort: number;
}

/** A connection that publishes. */
export interface PublisherLink {
  readonly socket: Socket;
  /** A whole publish as bytes, ready to be written again and again. */
  encode(topic: string, payload: Uint8Array): Buffer;
  /** Publishes the peer has acknowledged so far; undefined where the peer acknowledges nothing. */
  ackedCount(): number | undefined;
}

/** What the load generators must know of a peer's wire. Everything is raw sockets and bytes made beforehand. */
export interface PeerWire {
  openPublisher(address: PeerAddress): Promise<PublisherLink>;
  /** Resolves once the subscriptions are live; the socket's `data` are deliveries from then on. */
  openSubscriber(address: PeerAddress, topics: readonly string[]): Promise<Socket>;
  /** Bytes at an offset that are no delivery but the peer's own talk, answered by this; mostly 0. */
  talkBytes?(bytes: Buffer, at: number, socket: Socket): number;
  /** Bytes of one delivery. */
  deliveryBytes(topic: string, payloadBytes: number): number;
  /** Where the payload begins in it. */
  payloadAt(topic: string, payloadBytes: number): number;
}
