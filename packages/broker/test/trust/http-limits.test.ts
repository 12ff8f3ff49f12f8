import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { engineInThread } from '../control/engine-in-thread.js';
import { RunningServer } from '../control/running-server.js';
import { until } from '../control/until.js';

/** A connection to the HTTP API that reads nothing, and what tells when it is closed. */
async function silent({ server }: RunningServer): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = connect(server.addresses.adminPort, '127.0.0.1').on('error', () => {});
  const closed = new Promise((resolve) => socket.once('close', resolve));
  onTestFinished(() => {
    socket.destroy();
  });
  await once(socket, 'connect');
  return { socket, closed };
}

const linesWith = ({ log }: RunningServer, text: string): string[] => log.filter((line) => line.includes(text));

test('fault T7: the OpenAPI document is made once, and a client that has it gets 304', async () => {
  const running = await RunningServer.start({}, undefined, { engine: engineInThread });
  const url = `http://127.0.0.1:${running.server.addresses.adminPort}/api/openapi.json`;
  const first = await fetch(url);
  const etag = first.headers.get('etag') ?? '';
  expect([first.status, etag]).toEqual([200, expect.stringMatching(/^"[\w-]{43}"$/)]);
  expect((await first.json()).openapi).toBe('3.1.0');
  const again = await fetch(url, { headers: { 'if-none-match': etag } });
  expect([again.status, await again.text()]).toEqual([304, '']);
});

test('fault T7: a connection that sends requests and reads no answers is closed, and others are served', async () => {
  const running = await RunningServer.start({}, undefined, { engine: engineInThread });
  const { socket, closed } = await silent(running);
  socket.pause();
  socket.write('GET /api/openapi.json HTTP/1.1\r\nhost: x\r\n\r\n'.repeat(3_000));
  await until(
    async () => linesWith(running, 'requests of one connection wait'),
    ({ length }) => length > 0,
  );
  expect((await running.call('GET', '/health', undefined, null)).status).toBe(200);
  socket.resume();
  await closed;
  expect(linesWith(running, 'requests of one connection wait')).toHaveLength(1);
  const metrics = String((await running.call('GET', '/metrics')).body);
  expect(metrics).toMatch(/pulsemq_limit_hits_total\{limit="http_waiting_requests",plane="control"\} [1-9]/);
});

test('fault T1: past its limit an address gets no further HTTP connection, and one line says so', async () => {
  const limits = { max_http_connections_per_address: 8 };
  const running = await RunningServer.start({ limits }, undefined, { engine: engineInThread });
  const others = await Promise.all(Array.from({ length: 20 }, () => silent(running)));
  await Promise.race(others.map(({ closed }) => closed));
  const [open] = others.filter(({ socket }) => !socket.destroyed);
  // One of those that are open is served.
  open!.socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  const [answer] = await once(open!.socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /);
  expect(linesWith(running, 'limits.max_http_connections_per_address')).toHaveLength(1);
});

test('fault T1: past the limit of all an idle HTTP connection gives way to a new one', async () => {
  const limits = { max_http_connections: 8 };
  const running = await RunningServer.start({ limits }, undefined, { engine: engineInThread });
  const idle: Awaited<ReturnType<typeof silent>>[] = [];
  for (let count = 0; count < 8; count++) idle.push(await silent(running));
  const [late] = [await silent(running)];
  await Promise.race(idle.map(({ closed }) => closed));
  late!.socket.write('GET /health HTTP/1.1\r\nhost: x\r\n\r\n');
  const [answer] = await once(late!.socket, 'data');
  expect(String(answer)).toMatch(/^HTTP\/1.1 200 /);
  expect(linesWith(running, '(limits.max_http_connections)')).toHaveLength(1);
});
