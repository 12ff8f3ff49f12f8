import { once } from 'node:events';
import { connect } from 'node:net';
import { fastify } from 'fastify';
import { expect, test } from 'vitest';
import { EventStream, eventFrame } from '../../src/control/admin/streams/event-stream.js';
import { EventReader } from './event-reader.js';
import { RunningServer } from './running-server.js';

test('a reader that does not read is cut off, and what waits for it stays bounded', async () => {
  const app = fastify();
  const frame = eventFrame('event', { text: 'x'.repeat(64_000) });
  let unreadBytes = 0;
  let writtenBytes = 0;
  const cutOff = new Promise<void>((resolve) => {
    app.get('/', (_request, reply) => {
      const stream = new EventStream(reply, null as never);
      const timer = setInterval(() => {
        stream.write(frame);
        writtenBytes += frame.length;
        unreadBytes = Math.max(unreadBytes, reply.raw.writableLength);
      }, 1);
      stream.onEnd(() => {
        clearInterval(timer);
        resolve();
      });
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as { port: number };
  const socket = connect(port, '127.0.0.1').pause();
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  await cutOff;
  expect(writtenBytes).toBeGreaterThan(1_048_576);
  expect(unreadBytes).toBeLessThan(1_048_576 + 2 * frame.length);
  socket.destroy();
  await app.close();
});

test('many viewers get the very same snapshot, made once', async () => {
  const running = await RunningServer.start();
  const viewers = await Promise.all(Array.from({ length: 10 }, () => EventReader.open(running, '/api/stream')));
  const next = async (viewer: EventReader): Promise<string> =>
    JSON.stringify((await viewer.next(({ name }) => name === 'snapshot')).data);
  // The first one of each was made for it alone, and by now all of them are watching.
  for (const viewer of viewers) await next(viewer);
  const [first, ...others] = viewers;
  const shared = [await next(first!), await next(first!)];
  for (const viewer of others) {
    for (const snapshot of shared) while ((await next(viewer)) !== snapshot);
  }
});

test.each<[string, (running: RunningServer, id: number, jwt: string) => Promise<unknown>]>([
  ['logs out', (running, _, jwt) => running.ok('POST', '/logout', undefined, jwt)],
  ['is deactivated', (running, id) => running.ok('PUT', `/api/users/${id}`, { is_active: false })],
  ['is demoted', (running, id) => running.ok('PUT', `/api/users/${id}`, { user_type: 'mq_normal' })],
  [
    'gets another password',
    (running, id) => running.ok('POST', `/api/users/${id}/password`, { password: 'another one' }),
  ],
  ['is deleted', (running, id) => running.ok('DELETE', `/api/users/${id}`)],
])('the streams of somebody who %s end within a second or two', async (_, end) => {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const { id } = await running.user('clerk', undefined, undefined, {
    user_type: 'admin_only',
    password: 'some password',
  });
  const { token } = await running.logIn('clerk', 'some password');
  const streams = await Promise.all(
    ['/api/stream', '/api/tap?namespace=market'].map((path) => EventReader.open(running, path, token)),
  );
  await end(running, id, token);
  // A whole answer: a browser shows one that is cut off as an error.
  for (const stream of streams) await expect(drain(stream)).rejects.toThrow('the stream has ended');
});

async function drain(stream: EventReader): Promise<void> {
  for (;;) await stream.next();
}

test('the broker stops although a stream of events is open', async () => {
  const running = await RunningServer.open();
  const socket = connect(running.server.addresses.adminPort, '127.0.0.1');
  socket.write(`GET /api/stream HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${running.jwt}\r\n\r\n`);
  await once(socket, 'data');
  const closed = once(socket, 'close');
  await running.close();
  await closed;
});
