import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Every socket of a generator reads into this buffer: a new buffer for each read would cost more than the rest of the generator. */
const sharedBuffer = Buffer.allocUnsafeSlow(262_144);

/** A socket to a local port, without Nagle's algorithm. The chunk of a `data` event is valid only during the event. */
export async function dial(port: number): Promise<Socket> {
  const socket: Socket = connect({
    port,
    host: '127.0.0.1',
    noDelay: true,
    onread: {
      buffer: sharedBuffer,
      callback: (lengthBytes) => {
        socket.emit('data', sharedBuffer.subarray(0, lengthBytes));
        return true;
      },
    },
  });
  await once(socket, 'connect');
  return socket;
}

/** Reads until `isDone` returns true, then pauses the socket. Rejects where the peer closes first, with the bytes read so far. */
export function readUntil(socket: Socket, isDone: (soFar: Buffer) => boolean): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    let soFar = Buffer.alloc(0);
    const onData = (chunk: Buffer): void => {
      soFar = Buffer.concat([soFar, chunk]);
      if (!isDone(soFar)) return;
      socket.off('data', onData);
      socket.off('close', onClose);
      socket.pause();
      resolve(soFar);
    };
    const onClose = (): void =>
      reject(new Error(`the peer closed the connection after sending "${soFar.toString('latin1').slice(0, 200)}"`));
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.resume();
  });
}
