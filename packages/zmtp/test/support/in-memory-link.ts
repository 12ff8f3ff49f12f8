import type { PeerOptions } from '../../src/peer.js';
import { cutAt, everyByte } from './bytes.js';
import { PeerCollector } from './collector.js';

export type Cut = number | 'none' | 'every';

/** Two peers on one wire; each direction is cut once at an offset, at every byte, or not at all. */
export class InMemoryLink {
  readonly client: PeerCollector;
  readonly server: PeerCollector;
  readonly #cut: Cut;
  #clientSent = 0;
  #serverSent = 0;
  readonly #offsets = new Map<PeerCollector, number>();

  constructor(client: PeerOptions, server: PeerOptions, cut: Cut = 'none') {
    this.client = new PeerCollector({ ...client, role: 'client' });
    this.server = new PeerCollector({ ...server, role: 'server' });
    this.#cut = cut;
  }

  start(): this {
    this.server.peer.start();
    this.client.peer.start();
    return this.run();
  }

  /** Carries bytes to and fro until nobody has any left. */
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
