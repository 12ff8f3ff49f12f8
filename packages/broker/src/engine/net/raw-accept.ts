import { type Server, Socket } from 'node:net';

/**
 * The one file that leans on what Node does not document: sockets are built around the accepted handle, so that all of them
 * read into one shared buffer (`onread`), which `net.Server` cannot do. It saves an allocation per read and, by measurement, a
 * sixth of the CPU. `canAcceptRaw` looks whether this Node still works that way; if not, ordinary sockets and their `data`
 * events do the same job more slowly. A canary test runs both.
 */

/** Bytes one read may bring. 64 KiB cost four tenths of the throughput with many groups. */
export const readBufferBytes = 262_144;

/** One for the whole thread: a read is worked off before the next one happens. */
const readBuffer = Buffer.allocUnsafeSlow(readBufferBytes);

/** Takes the bytes of a read; the buffer is used again after the call. */
export type ReadListener = (buf: Buffer, lengthBytes: number) => void;

interface ListeningHandle {
  onconnection: (status: number, handle: unknown) => void;
}

/** The listening handle of a server that listens, if it is as this file expects it. */
function listeningHandle(server: Server): ListeningHandle | undefined {
  const handle = (server as unknown as { _handle?: Partial<ListeningHandle> | null })._handle;
  return typeof handle?.onconnection === 'function' ? (handle as ListeningHandle) : undefined;
}

/** True when this Node lets connections be accepted without a socket of its making. */
export const canAcceptRaw = (server: Server): boolean => listeningHandle(server) !== undefined;

/** Hands every accepted handle to `accept` instead of to a socket. Call when the server listens. */
export function acceptRaw(server: Server, accept: (handle: unknown) => void): void {
  const listening = listeningHandle(server);
  if (listening === undefined) throw new Error('this Node has no onconnection on its listening handle');
  const ordinary = listening.onconnection;
  listening.onconnection = function (this: unknown, status: number, handle: unknown): void {
    // Errors of accept are Node's to report, as ever.
    if (status !== 0 || handle === undefined) ordinary.call(this, status, handle);
    else accept(handle);
  };
}

/** A socket around an accepted handle that reads into the shared buffer. */
export function socketOfHandle(handle: unknown, onRead: ReadListener): Socket {
  const callback = (lengthBytes: number, buf: Uint8Array): boolean => {
    onRead(buf as Buffer, lengthBytes);
    return true;
  };
  const options = { handle, onread: { buffer: readBuffer, callback }, allowHalfOpen: false };
  return new Socket(options as unknown as ConstructorParameters<typeof Socket>[0]);
}

/** Ends an accepted handle that no socket was made of. */
export function closeHandle(handle: unknown): void {
  (handle as { close(): void }).close();
}

/** The documented way to the same calls: one buffer per read, made by Node. */
export function readOrdinary(socket: Socket, onRead: ReadListener): void {
  socket.on('data', (chunk: Buffer) => onRead(chunk, chunk.length));
}
