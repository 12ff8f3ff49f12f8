import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** Every socket of a generator reads into it: a fresh buffer for each read would be most of what is measured. */
const sharedBuffer = Buffer.allocUnsafeSlow(262_144);

/** A socket to a local port, without Nagle's algorithm. What it gives with `data` is valid only during the call. */
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

/** Reads until `isDone` says that enough has come; leaves no listener behind. */
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
    const onClose = (): void => reject(new Error(`closed after ${soFar.toString('latin1').slice(0, 200)}`));
    socket.on('data', onData);
    socket.on('close', onClose);
    socket.resume();
  });
}
