// Our TypeScript client on the broker of pulse-mq 0.3.0. Argument: a Python that has the package.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PulseMQClient } from '@pulsemq/client';

const python = process.argv[2];
const directory = mkdtempSync(join(tmpdir(), 'pulse-mq-0.3.0-'));

/** The first of two free adjacent ports. The package prints no ports, so it cannot choose them itself. */
async function adjacentPorts() {
  for (;;) {
    const first = createServer().listen(0, '127.0.0.1');
    await once(first, 'listening');
    const { port } = first.address();
    const second = createServer();
    const isFree = await new Promise((resolve) => {
      second.once('error', () => resolve(false));
      second.listen(port + 1, '127.0.0.1', () => resolve(true));
    });
    first.close();
    second.close();
    if (isFree && port + 1 < 65_536) return port;
  }
}

const pubPort = await adjacentPorts();
const script = [
  'from pulse_mq import PulseMQServer',
  `PulseMQServer(host="127.0.0.1", pub_port=${pubPort}, sub_port=${pubPort + 1}, db_path="broker.db").run()`,
].join('\n');
const broker = spawn(python, ['-u', '-c', script], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
const exited = once(broker, 'exit');
let banner = '';
// Not read by `for await`, which would close the pipe at the end of the loop: the broker would fail on the rest of its banner.
broker.stdout.on('data', (chunk) => {
  banner += chunk;
});
while (!banner.includes('Health')) {
  await Promise.race([once(broker.stdout, 'data'), exited]);
  assert.equal(broker.exitCode, null, 'the Python broker ended before it was up');
}
const credentials = readFileSync(join(directory, '.pulsemq_admin'), 'utf8');
const token = /Token:\s+(\w+)/.exec(credentials)[1];
const options = { host: '127.0.0.1', pubPort, username: 'admin', token };

const client = new PulseMQClient(options);
try {
  await client.connect();
  const wanted = await client.subscribe('market', 'a.>');
  const other = await client.subscribe('market', 'b.*');
  // This broker sends SUB_OK before the SUB socket is subscribed. So a message is published until one arrives.
  let ready = null;
  while (ready === null) {
    await client.publish('market', 'a.ready', Buffer.from('x'));
    ready = await Promise.race([wanted.next(), new Promise((resolve) => setTimeout(() => resolve(null), 50))]);
  }
  await client.publish('market', 'zzz.q', Buffer.from('x'));
  await client.publish('market', 'b.c', 'text', { format: 'string' });
  await client.publish('market', 'a.table', [{ price: 10.5, volume: 100n }], {
    format: 'df_pyarrow',
    compress: 'zstd',
  });
  const next = async (subscription, topic) => {
    for await (const message of { [Symbol.asyncIterator]: () => ({ next: () => subscription.next() }) }) {
      if (message.topic === topic) return message;
      assert.equal(message.topic, 'a.ready');
    }
  };
  assert.deepEqual((await next(wanted, 'a.table')).data.rows(), [{ price: 10.5, volume: 100 }]);
  const text = await next(other, 'b.c');
  assert.equal(text.data, 'text');
  assert.equal(text.receivedAt, undefined);
  assert.equal(text.username, 'admin');
  assert.deepEqual(await client.queryTopics('market'), ['a.ready', 'a.table', 'b.c', 'zzz.q']);
  assert.equal((await client.queryNamespaces())[0].name, 'market');
  assert.equal((await client.queryPermission()).type, 'super_admin');
  await assert.rejects(new PulseMQClient({ ...options, token: 'wrong' }).connect(), { name: 'AuthFailedError' });
  const lost = [];
  client.on('disconnected', ({ error }) => lost.push(error.message));
  const paused = await client.subscribe('market', 'p.*', { queueLimit: 1, onFull: 'pause' });
  for (const text of ['1', '2', '3']) await client.publish('market', 'p.a', text, { format: 'string' });
  // Longer than two of the PONGs that the paused client sends every second as a sign of life. libzmq must accept them.
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  for (const text of ['1', '2', '3']) assert.equal((await next(paused, 'p.a')).data, text);
  await client.publish('market', 'p.b', 'still there', { format: 'string' });
  assert.equal((await next(paused, 'p.b')).data, 'still there');
  assert.deepEqual(lost, []);
  await wanted.close();
  console.log('connect, publish, subscribe, pause, query and close work; patterns are applied in the client');
} finally {
  await client.close();
  broker.kill('SIGTERM');
  await exited;
  rmSync(directory, { recursive: true });
}
