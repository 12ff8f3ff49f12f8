import { connect, type Socket } from 'node:net';
import { expect, onTestFinished } from 'vitest';
import { answerTo, upgradeRequest, WebSocketStream } from '../engine/websocket-peer.js';
import { WirePeer } from '../engine/wire-peer.js';
import type { RunningServer } from './running-server.js';

/** A client of the relay, byte by byte. */

export function ending<Kind extends Socket>(socket: Kind): Kind {
  onTestFinished(() => void socket.destroy());
  socket.on('error', () => {});
  return socket;
}

export const adminSocket = ({ server }: RunningServer): Socket =>
  ending(connect(server.addresses.adminPort, '127.0.0.1'));

type Lines = Readonly<Record<string, string | null>>;

/** What the admin port answers to a request of an upgrade. */
export const answerOf = (running: RunningServer, path: string, lines: Lines = {}): Promise<string> =>
  answerTo(adminSocket(running), upgradeRequest(path, lines));

/** A WebSocket through the relay. */
export const relayed = async (
  running: RunningServer,
  path: string,
  lines: Lines = {},
  socket = adminSocket(running),
): Promise<Socket> => ending(await WebSocketStream.over(socket, path, lines));

/** A session of the admin through the relay. */
export async function relayedSession(running: RunningServer, lines: Lines = {}, socket?: Socket) {
  const peer = await WirePeer.over(await relayed(running, '/ws/', lines, socket), { socketType: 'DEALER' });
  const { body } = await peer.auth('admin', running.admin.token);
  expect(body.status).toBe('AUTH_OK');
  return Object.assign(peer, { ticket: String(body.ticket) });
}

/** A request that asks for HTTP/2 in clear text, as the client of Java does. `rest` is what follows its headers. */
export const askingForHttp2 = (head: string, rest: string): string =>
  `${head} HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\nConnection: Upgrade, HTTP2-Settings\r\n${rest}`;
