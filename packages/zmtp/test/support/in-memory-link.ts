import { cutAt, everyByte } from './bytes.js';
import { PeerCollector } from './collector.js';
import type { PeerOptions } from './test-peer.js';

/** Where to cut each direction: at one offset, at every byte, or not at all. */
export type Cut = number | 'none' | 'every';

/** A client and a server with bytes carried between them. */
export class InMemoryLink {
  readonly client: PeerCollector;
  readonly server: PeerCollector;
  readonly #cut: Cut;
  #clientSent = 0;
  #serverSent = 0;
  readonly #offsets = new Map<PeerCollector, number>();

  constructor(client: PeerOptions, server: PeerOptions, cut: Cut = 'none') {
    this.client = new PeerCollector(client);
    this.server = new PeerCollector(server);
    this.#cut = cut;
  }

  start(): this {
    this.server.peer.handshake.start();
    this.client.peer.handshake.start();
    return this.run();
  }

  /** Carries bytes in both directions until none are left. */
  run(): this {
    while (this.#clientSent < this.client.sent.length || this.#serverSent < this.server.sent.length) {
      while (this.#clientSent < this.client.sent.length)
        this.#deliver(this.server, this.client.sent[this.#clientSent++]!);
      while (this.#serverSent < this.server.sent.length)
        this.#deliver(this.client, this.server.sent[this.#serverSent++]!);
    }
    return this;
  }

  #deliver(to: PeerCollector, chunk: Uint8Array): void {
    const offset = this.#offsets.get(to) ?? 0;
    this.#offsets.set(to, offset + chunk.length);
    if (this.#cut === 'every') to.pushAll(everyByte(chunk));
    else to.pushAll(this.#cut === 'none' ? [chunk] : cutAt(chunk, [this.#cut - offset]));
  }
}
