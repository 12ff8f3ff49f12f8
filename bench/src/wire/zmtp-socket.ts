import type { Socket } from 'node:net';
import { Handshake, type SocketType } from '@pulsemq/zmtp';
import { dial } from './dial.js';
import type { PeerAddress } from './peer-wire.js';
import { dialWebSocket } from './web-socket.js';

/** A paused socket after its ZMTP handshake. Rejects where the peer sends traffic at once, or closes. */
export const dialZmtp = async (port: number, socketType: SocketType): Promise<Socket> =>
  zmtpOver(await dial(port), `port ${port}`, socketType);

/** The same for the requests or deliveries of PulseMQ, by WebSocket where its address says so. */
export async function dialPulseMQ(address: PeerAddress, socketType: 'DEALER' | 'XSUB'): Promise<Socket> {
  const { webSocket, pubPort, subPort } = address;
  const isRequests = socketType === 'DEALER';
  if (webSocket === undefined) return dialZmtp(isRequests ? pubPort : subPort, socketType);
  const path = isRequests ? webSocket.path : `${webSocket.path}sub`;
  return zmtpOver(await dialWebSocket({ ...webSocket, path }), path, socketType);
}

async function zmtpOver(socket: Socket, name: string, socketType: SocketType): Promise<Socket> {
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
    socket.once('close', () => reject(new Error(`${name} closed the connection during the ZMTP handshake`)));
    handshake.start();
  });
  return socket;
}
