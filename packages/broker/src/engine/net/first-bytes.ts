import type { Duplex } from 'node:stream';
import type { RelayedCaller } from '../../relay-pass.js';

/**
 * What a connection begins with. ZMTP begins with 0xff. Anything else may be a layer that carries ZMTP: TLS begins with 0x16, and a
 * WebSocket with `GET `. A layer is one entry in the list of `connections.ts`; the connection itself knows only these interfaces.
 */

/** A layer that is up. */
export interface Carried {
  /** Brings and takes the bytes that the layer carries: ZMTP, or the beginning of another layer. */
  readonly stream: Duplex;
  /** The bytes cannot be read or changed on their way. */
  readonly isEncrypted: boolean;
  /** The key that the peer has proved to have, as `port-encryption.ts` writes it; null for none. */
  readonly provenKey: string | null;
  /** The frames around the bytes; null for a layer that has none. */
  readonly webSocket: CarriedWebSocket | null;
}

/** Puts what is written into frames. */
export interface FramedSink {
  write(bytes: Uint8Array, done?: (error?: Error | null) => void): void;
  /** Tells the peer of the end, if the kernel takes it at once. */
  sayEnd(): void;
}

/** Which of the two ports a WebSocket stands for. */
export type PortRole = 'requests' | 'deliveries';

/** A WebSocket that is up, on the stream that it was given. */
export interface CarriedWebSocket {
  readonly frames: FramedSink;
  readonly role: PortRole;
}

/** Takes what a connection reads, for a layer that does not read its stream itself. */
export interface Feed {
  /** The bytes `[0, end)` of a read. They may be overwritten during the call. */
  push(buf: Buffer, end: number): void;
}

/** Hears how a take-over ends. A stream that closes first is heard of by its own event. */
export interface LayerListener {
  onCarried(carried: Carried): void;
  /** The relay of the admin port names its caller, before any other bytes. False if that address has its maximum of connections. */
  onRelayed(caller: RelayedCaller): boolean;
  /** A layer with a feed hands on the bytes `[0, end)` that it carries. */
  onCarriedBytes(buf: Buffer, end: number): void;
  /** The peer broke the protocol of the layer, or was refused. */
  onRefused(why: string): void;
}

/** A protocol that carries ZMTP. */
export interface Layer {
  /** What a client is called that comes through it, such as `TLS`. */
  readonly name: string;
  /** True if a connection with these first bytes, one or more, speaks it. */
  isBegunBy(first: Buffer): boolean;
  /**
   * Takes over a stream of which `first` was read already. Nothing else writes it from now on. Returns where the connection brings what it reads
   * further; null if the layer reads the stream itself.
   */
  takeOver(stream: Duplex, first: Buffer, listener: LayerListener): Feed | null;
}

/** The layer that a connection begins with; null for ZMTP, and for bytes that are neither: the greeting says what they look like. */
export const layerOf = (layers: readonly Layer[], first: Buffer): Layer | null =>
  layers.find((layer) => layer.isBegunBy(first)) ?? null;
