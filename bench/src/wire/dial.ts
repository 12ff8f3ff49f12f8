import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A socket to a local port, without Nagle's algorithm. */
export async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
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
