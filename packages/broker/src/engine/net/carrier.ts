import type { Duplex } from 'node:stream';
import {
  type Carried,
  type CarriedWebSocket,
  type Feed,
  type Layer,
  type LayerListener,
  layerOf,
} from './first-bytes.js';

/** The layers of one connection between TCP and ZMTP. A connection of a broker without layers has none of these. */
export class Carrier {
  /** Layers that the next bytes may begin: each carries once. */
  #layers: readonly Layer[];
  #isEncrypted = false;
  #provenKey: string | null = null;
  #webSocket: CarriedWebSocket | null = null;
  #isTakenOver = false;
  #feed: Feed | null = null;

  constructor(layers: readonly Layer[]) {
    this.#layers = layers;
  }

  /** A layer reads the stream itself and is not up yet. */
  get isTakenOver(): boolean {
    return this.#isTakenOver;
  }

  get isEncrypted(): boolean {
    return this.#isEncrypted;
  }

  /** Where the connection brings what it reads; null for nowhere else. */
  get feed(): Feed | null {
    return this.#feed;
  }

  get webSocket(): CarriedWebSocket | null {
    return this.#webSocket;
  }

  /** What carries ZMTP, for the name of a client: empty, `TLS`, `WS` or `WSS`. */
  get name(): string {
    if (this.#webSocket !== null) return this.#isEncrypted ? 'WSS' : 'WS';
    return this.#isEncrypted ? 'TLS' : '';
  }

  /** The key that the peer has proved to a layer; null for none. */
  get provenKey(): string | null {
    return this.#provenKey;
  }

  /** Lets a layer take over if the connection begins with one. False when the bytes are for ZMTP. */
  takeOver(stream: Duplex, first: Buffer, listener: LayerListener): boolean {
    const layer = layerOf(this.#layers, first);
    if (layer === null) return false;
    this.#isTakenOver = true;
    this.#layers = this.#layers.filter((other) => other !== layer);
    this.#feed = layer.takeOver(stream, Buffer.from(first), {
      onCarried: (carried) => {
        this.#isTakenOver = false;
        this.#take(carried);
        listener.onCarried(carried);
      },
      onRelayed: (caller) => listener.onRelayed(caller),
      onCarriedBytes: (buf, end) => listener.onCarriedBytes(buf, end),
      onRefused: (why) => listener.onRefused(why),
    });
    if (this.#feed !== null) this.#isTakenOver = false;
    return true;
  }

  /** What a layer below has encrypted or proved holds for the one above. Inside a WebSocket there is ZMTP and nothing else. */
  #take({ isEncrypted, provenKey, webSocket }: Carried): void {
    this.#isEncrypted ||= isEncrypted;
    this.#provenKey ??= provenKey;
    this.#webSocket = webSocket;
    if (webSocket !== null) this.#layers = [];
  }
}
