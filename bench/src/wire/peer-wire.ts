import type { Socket } from 'node:net';

/** Where a peer listens, and who is let in. */
export interface PeerAddress {
  readonly pubPort: number;
  readonly subPort: number;
  /** Token of the user `bench`, or of the user a peer makes by itself, where a peer asks for one. */
  readonly token?: string;
  /** The admin API, where a peer has one. */
  readonly admin?: AdminAddress;
}

export interface AdminAddress {
  readonly port: number;
  readonly username: string;
  readonly password: string;
}

/** A connection that publishes. */
export interface PublisherLink {
  readonly socket: Socket;
  /** A whole publish as bytes, ready to be written again and again. */
  encode(topic: string, payload: Uint8Array): Buffer;
  /** Publishes the peer has acknowledged so far; undefined where the peer acknowledges nothing. */
  ackedCount(): number | undefined;
}

/** A connection that subscribes and cancels all the time. */
export interface ChurnLink {
  readonly socket: Socket;
  subscribe(topic: string): Buffer;
  cancel(topic: string): Buffer;
  /** Requests answered so far; undefined where the peer answers none. */
  answeredCount(): number | undefined;
}

/** What the load generators must know of a peer's wire. Everything is raw sockets and bytes made beforehand. */
export interface PeerWire {
  openPublisher(address: PeerAddress): Promise<PublisherLink>;
  /** Resolves once the subscriptions are live; the socket's `data` are deliveries from then on. */
  openSubscriber(address: PeerAddress, topics: readonly string[]): Promise<Socket>;
  /** A connection to the subscriber port after its handshake, which asks for nothing. */
  openIdle(address: PeerAddress): Promise<Socket>;
  openChurner?(address: PeerAddress): Promise<ChurnLink>;
  /** Bytes at an offset that are no delivery but the peer's own talk, answered by this; mostly 0. */
  talkBytes?(bytes: Buffer, at: number, socket: Socket): number;
  /** Bytes of one delivery. */
  deliveryBytes(topic: string, payloadBytes: number): number;
  /** Where the payload begins in it. */
  payloadAt(topic: string, payloadBytes: number): number;
}
