import type { Socket } from 'node:net';
import { Handshake, type SocketType } from '@pulsemq/zmtp';
import { dial } from './dial.js';

/** A paused socket after its ZMTP handshake. Rejects where the peer sends traffic at once, or closes. */
export async function dialZmtp(port: number, socketType: SocketType): Promise<Socket> {
  const socket = await dial(port);
  const handshake = new Handshake({
    role: 'client',
    socketType,
    mechanisms: ['NULL'],
    send: (bytes) => socket.write(bytes),
  });
  await new Promise<void>((resolve, reject) => {
    const onData = (chunk: Buffer): void => {
      const at = handshake.push(chunk);
      if (handshake.state !== 'ready') return;
      socket.off('data', onData);
      socket.pause();
      if (at < chunk.length) reject(new Error('the peer sent traffic right behind the handshake, before any request'));
      resolve();
    };
    socket.on('data', onData);
    socket.once('close', () => reject(new Error(`port ${port} closed the connection during the ZMTP handshake`)));
    handshake.start();
  });
  return socket;
}
