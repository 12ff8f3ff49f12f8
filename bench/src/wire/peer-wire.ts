import type { Socket } from 'node:net';
import type { ClientOptions } from '@pulsemq/client';
import type { WebSocketTarget } from './web-socket.js';

/** The ports of a peer, and the credentials for it. */
export interface PeerAddress {
  readonly pubPort: number;
  readonly subPort: number;
  /** Token of the user `bench`, or of the user that a peer creates at its first start; undefined where a peer needs none. */
  readonly token?: string;
  /** How clients encrypt; undefined for clear text. */
  readonly security?: Pick<ClientOptions, 'tls' | 'curve'>;
  /** Where subscribers go, in a cluster; undefined where they go to this address. */
  readonly reader?: PeerAddress;
  /** Readers and clients come by WebSocket, to this place; undefined for TCP. */
  readonly webSocket?: WebSocketTarget;
  /** The admin API of PulseMQ. */
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
  /** A whole publish as bytes. The generator writes them again and again. */
  encode(topic: string, payload: Uint8Array): Buffer;
  /** Publishes acknowledged so far; undefined where the peer has no acknowledgements. */
  ackedCount(): number | undefined;
}

/** A connection that subscribes and cancels without a pause. */
export interface ChurnLink {
  readonly socket: Socket;
  subscribe(topic: string): Buffer;
  cancel(topic: string): Buffer;
  /** Requests answered so far; undefined where the peer answers no request. */
  answeredCount(): number | undefined;
}

/** The wire of a peer, as the load generators use it: raw sockets, and bytes encoded in advance. */
export interface PeerWire {
  openPublisher(address: PeerAddress): Promise<PublisherLink>;
  /** Resolves when the subscriptions are live. From then on the socket's `data` are deliveries only. */
  openSubscriber(address: PeerAddress, topics: readonly string[]): Promise<Socket>;
  /** A connection to the subscriber port after its handshake, without a subscription. */
  openIdle(address: PeerAddress): Promise<Socket>;
  openChurner?(address: PeerAddress): Promise<ChurnLink>;
  /** Answers a keep-alive request that stands at an offset between deliveries, and returns its length; 0 where there is none. */
  keepAliveBytes?(bytes: Buffer, at: number, socket: Socket): number;
  /** Bytes of one delivery. */
  deliveryBytes(topic: string, payloadBytes: number): number;
  /** Offset of the payload in a delivery. */
  payloadAt(topic: string, payloadBytes: number): number;
}
