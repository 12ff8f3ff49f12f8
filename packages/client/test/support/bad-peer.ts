import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** How peers behave that are not brokers. */
export const badPeers = {
  'accepts and never answers': () => {},
  'closes at once': (socket: Socket) => void socket.destroy(),
  'sends garbage': (socket: Socket) => void socket.write(Buffer.alloc(200, 0x5a)),
  'sends half a greeting': (socket: Socket) => void socket.write(Buffer.from('ff00000000000000017f', 'hex')),
  'greets and says no more': (socket: Socket) => void socket.write(greeting),
  'greets and sends garbage': (socket: Socket) => void socket.write(Buffer.concat([greeting, Buffer.alloc(200, 0xff)])),
  'announces a frame of 4 EiB': (socket: Socket) =>
    void socket.write(Buffer.concat([greeting, Buffer.from('064000000000000000', 'hex')])),
} satisfies Record<string, (socket: Socket) => void>;

/** ZMTP 3.1, mechanism NULL (RFC 37). */
const greeting = Buffer.concat([
  Buffer.from('ff00000000000000017f0301', 'hex'),
  Buffer.from('NULL'.padEnd(20, '\0'), 'latin1'),
  Buffer.alloc(32),
]);

/** Starts such a peer, which is stopped after the test. Returns its port. */
export async function badPeer(name: keyof typeof badPeers): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    badPeers[name](socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}
