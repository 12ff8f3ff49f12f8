import type { RemoteStream } from '../route/remote-stream.js';
import type { Route } from '../route/route.js';

/** The broker of a stream, as the stream sees it. */
export interface StreamPeer {
  readonly isReachable: boolean;
  /** It has ended, and never comes back under its id. */
  readonly isOver: boolean;
  /** Since when it can, or cannot, be reached, Unix microseconds. */
  readonly changedUs: number;
}

/** One topic as another broker sends it. It outlives its route: the topic may be deleted here and come again. */
export class PeerStream implements RemoteStream {
  readonly namespace: string;
  readonly topic: string;
  route: Route | null = null;
  /** When that broker received the last message, Unix microseconds as two halves of 32 bits. */
  highUs = 0;
  lowUs = 0;
  readonly #peer: StreamPeer;

  constructor(peer: StreamPeer, namespace: string, topic: string) {
    this.#peer = peer;
    this.namespace = namespace;
    this.topic = topic;
  }

  get isReachable(): boolean {
    return this.#peer.isReachable;
  }

  get isOver(): boolean {
    return this.#peer.isOver;
  }

  get changedUs(): number {
    return this.#peer.changedUs;
  }

  get receivedAtUs(): number {
    return this.highUs * 0x1_0000_0000 + (this.lowUs >>> 0);
  }

  forget(): void {
    this.route = null;
  }
}
