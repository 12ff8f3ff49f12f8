import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { HttpConnections } from '../../src/control/admin/http/http-connections.js';
import { Relay } from '../../src/control/admin/relay/relay.js';
import { Guard } from '../../src/guard.js';
import { upgradeRequest } from '../engine/websocket-peer.js';
import { ending } from './relay-peer.js';

/** As many as the relay lets wait for an answer of the publisher port. */
const unansweredCount = 16;

async function listening(server: Server): Promise<number> {
  onTestFinished(() => void server.close());
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return (server.address() as AddressInfo).port;
}

/** The relay before a publisher port that accepts and answers when the test says so. */
async function scene() {
  const arrived: Socket[] = [];
  const publisherPort = createTcpServer((socket) => void arrived.push(ending(socket)));
  const relay = new Relay();
  relay.reach('127.0.0.1', await listening(publisherPort));
  const http = createServer();
  const limits = { totalCount: () => 1_000, addressCount: () => 1_000, isTrusted: () => false };
  const connections = new HttpConnections(http, limits, { hit: () => expect.unreachable() } as never);
  relay.serve(http, { connections, guard: new Guard((text) => expect.unreachable(text)), isTrusted: () => false });
  const port = await listening(http);
  onTestFinished(() => relay.close());
  return {
    arrived,
    /** Returns when the relay has read the page's request. */
    async page(): Promise<Socket> {
      const read = once(http, 'upgrade');
      const page = ending(connect(port, '127.0.0.1'));
      page.write(upgradeRequest('/ws/'));
      await read;
      return page;
    },
    /** Returns when that many connections have come to the publisher port. */
    async reached(count: number): Promise<void> {
      while (arrived.length < count) await once(publisherPort, 'connection');
    },
  };
}

test('few pages at one moment wait for an answer of the engine; others follow as it answers or closes', async () => {
  const { arrived, page, reached } = await scene();
  const pages: Socket[] = [];
  for (let count = 0; count < unansweredCount + 4; count++) pages.push(await page());
  await reached(unansweredCount);
  // A page that goes while it waits is never passed on.
  const gone = pages.at(-1)!;
  gone.destroy();
  arrived[0]!.write('HTTP/1.1 101 Switching Protocols\r\n\r\n');
  const [answer] = await once(pages[0]!, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 101 /);
  await reached(unansweredCount + 1);
  arrived[1]!.destroy();
  await reached(unansweredCount + 2);
  // More of an answer, or its end, frees no second place.
  arrived[0]!.end('more');
  await once(pages[0]!, 'data');
  expect(arrived).toHaveLength(unansweredCount + 2);
  arrived[2]!.destroy();
  await reached(unansweredCount + 3);
  for (const socket of arrived.slice(3)) socket.destroy();
  await page();
  await reached(unansweredCount + 4);
  expect(arrived).toHaveLength(unansweredCount + 4);
});
