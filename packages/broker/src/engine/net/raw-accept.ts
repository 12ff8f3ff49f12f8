import { type Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';

/**
 * The one file that uses what Node does not document. Sockets are built around the accepted handle, so that all of them read into one shared
 * buffer (`onread`), which `net.Server` cannot do. That saves an allocation for each read and, as measured, a sixth of the CPU.
 * `canAcceptRaw` checks whether this Node still works that way; if not, ordinary sockets and their `data` events do the same work more
 * slowly. A canary test runs both.
 */

/** Bytes that one read may bring. 64 KiB cost four tenths of the throughput with many groups. */
export const readBufferBytes = 262_144;

/** One buffer for the whole thread: a read is handled before the next one happens. */
const readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** Takes the bytes of a read; the buffer is used again after the call. */
export type ReadListener = (buf: Buffer, lengthBytes: number) => void;

interface ListeningHandle {
  onconnection: (status: number, handle: unknown) => void;
}

/** The handle of a listening server, if it has the form that this file expects. */
function listeningHandle(server: Server): ListeningHandle | undefined {
  const handle = (server as unknown as { _handle?: Partial<ListeningHandle> | null })._handle;
  return typeof handle?.onconnection === 'function' ? (handle as ListeningHandle) : undefined;
}

/** This Node lets connections be accepted without a socket that it makes. */
export const canAcceptRaw = (server: Server): boolean => listeningHandle(server) !== undefined;

/** Hands every accepted handle to `accept` instead of making a socket of it. Call when the server listens. */
export function acceptRaw(server: Server, accept: (handle: unknown) => void): void {
  const listening = listeningHandle(server);
  if (listening === undefined) throw new Error('this Node has no onconnection on its listening handle');
  const ordinary = listening.onconnection;
  listening.onconnection = function (this: unknown, status: number, handle: unknown): void {
    // Node reports errors of accept.
    if (status !== 0 || handle === undefined) ordinary.call(this, status, handle);
    else accept(handle);
  };
}

/** A socket around an accepted handle that reads into the shared buffer. */
export function socketOfHandle(handle: unknown, onRead: ReadListener): Socket {
  const callback = (lengthBytes: number): boolean => {
    onRead(readBuffer, lengthBytes);
    return true;
  };
  const options = { handle, onread: { buffer: readBuffer, callback }, allowHalfOpen: false };
  return new Socket(options as unknown as ConstructorParameters<typeof Socket>[0]);
}

/** What `net.Socket` keeps for its option `onread`, by symbols that it does not export. */
interface SharedReading {
  readonly _handle?: { useUserBuffer?: (buffer: Buffer) => void } | null;
}

/**
 * Lets a socket that a layer has made, such as TLS, read into the shared buffer: Node takes `onread` only for TLS sockets of clients. Ordinary
 * reads cost an array for each TLS record of 16 KiB, and the garbage collections that follow. Returns false, and has done nothing, where this Node
 * has another form.
 */
export function readIntoShared(socket: Duplex, onRead: ReadListener): boolean {
  const handle = (socket as SharedReading)._handle;
  const bufferKey = symbolOf(socket, 'kBuffer');
  const callbackKey = symbolOf(socket, 'kBufferCb');
  if (typeof handle?.useUserBuffer !== 'function' || bufferKey === undefined || callbackKey === undefined) return false;
  const callback = (lengthBytes: number): boolean => {
    onRead(readBuffer, lengthBytes);
    return true;
  };
  handle.useUserBuffer(readBuffer);
  Object.assign(socket, { [bufferKey]: readBuffer, [callbackKey]: callback });
  // What came before this, with the end of the handshake.
  for (let chunk = socket.read(); chunk !== null; chunk = socket.read()) onRead(chunk, chunk.length);
  socket.resume();
  return true;
}

const symbolOf = (socket: object, description: string): symbol | undefined =>
  Object.getOwnPropertySymbols(socket).find((symbol) => symbol.description === description);

/** Closes an accepted handle that has no socket yet. */
export function closeHandle(handle: unknown): void {
  (handle as { close(): void }).close();
}

/** The documented way to the same calls: Node makes one buffer for each read. */
export function readOrdinary(socket: Duplex, onRead: ReadListener): void {
  socket.on('data', (chunk: Buffer) => onRead(chunk, chunk.length));
}

/** Reads what a layer has made, into the shared buffer where it can. */
export function readCarried(socket: Duplex, onRead: ReadListener): void {
  if (!readIntoShared(socket, onRead)) readOrdinary(socket, onRead);
}
