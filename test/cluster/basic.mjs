// What holds while nothing is broken: each policy, snapshots, last values, large messages, no message twice.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { clientOf, clusterOf, eventually, namespace, untilWanted } from './cluster.mjs';

const command = fileURLToPath(new URL('../../packages/cli/bin/pulsemq.js', import.meta.url));
const text = (value) => Buffer.from(String(value));
const textOf = (message) => Buffer.from(message.payload).toString();

/** Subscribes and collects what comes. */
async function collect(client, pattern, settings = {}) {
  const got = [];
  const statuses = [];
  await client.subscribe(namespace, pattern, {
    ...settings,
    ...(settings.status ? { onStatus: (status) => statuses.push(status) } : {}),
    onMessage: (message) => got.push(message),
  });
  return { got, statuses };
}

/** Last values and snapshots of topics that were published elsewhere. */
async function snapshots({ a, b }, brokers) {
  const publisher = await clientOf(a);
  for (let count = 1; count <= 50; count++) {
    for (let topic = 0; topic < 4; topic++)
      await publisher.publish(namespace, `snap.t${topic}`, text(count), { ack: false });
  }
  await publisher.flush();
  const reader = await clientOf(b);
  const { got } = await collect(reader, 'snap.*', { snapshot: true });
  await eventually('a snapshot has the last values of another broker', 3_000, () => got.length === 4);
  for (const message of got)
    assert.deepEqual([textOf(message), message.sequence, message.isSnapshot], ['50', 50, true]);
  const value = await reader.last(namespace, 'snap.t0');
  assert.equal(textOf(value), '50');
  const rows = await b.call('GET', `/api/last?namespace=${namespace}&pattern=snap.*`);
  assert.deepEqual(
    rows.map(({ topic, sequence }) => [topic, sequence]),
    [0, 1, 2, 3].map((topic) => [`snap.t${topic}`, 50]),
  );
  await untilWanted(brokers);
  await publisher.publish(namespace, 'snap.t0', text(51));
  await eventually('the next message follows the image', 3_000, () => got.length === 5);
  assert.deepEqual([textOf(got[4]), got[4].sequence, got[4].isSnapshot], ['51', 51, false]);
  return [publisher, reader];
}

/** Each policy on a remote broker, with a reader that keeps up: all messages once, in order. */
async function policies({ a, b }, brokers) {
  const publisher = await clientOf(a);
  const reader = await clientOf(b);
  const settings = [
    { onSlow: 'dropOldest' },
    { onSlow: 'dropNewest' },
    { onSlow: 'disconnect' },
    { onSlow: 'conflate' },
  ];
  const lanes = [];
  for (const one of settings) lanes.push((await collect(reader, 'pol.>', one)).got);
  const paced = (await collect(reader, 'pol.>', { maxRate: 20 })).got;
  await untilWanted(brokers);
  const count = 2_000;
  for (let index = 1; index <= count; index++) await publisher.publish(namespace, 'pol.x', text(index), { ack: false });
  await publisher.flush();
  for (const [index, got] of lanes.entries()) {
    const last = () => got.at(-1)?.sequence === count;
    await eventually(`the lane ${JSON.stringify(settings[index])} has everything`, 5_000, last);
    const sequences = got.map(({ sequence }) => sequence);
    assert.deepEqual(
      sequences,
      [...sequences].sort((left, right) => left - right),
    );
    const covered = got.reduce((sum, message) => sum + (message.isConflated ? message.conflatedCount : 1), 0);
    assert.equal(covered, count);
  }
  await eventually('the paced lane ends with the newest', 3_000, () => paced.at(-1)?.sequence === count);
  assert.ok(paced.length < count / 10, `${paced.length} paced updates`);
  return [publisher, reader];
}

/** Two publishers of one topic on two brokers are two streams; every reader gets each message of both once. */
async function streams({ a, b, c }, brokers) {
  const clients = await Promise.all([a, b, c].map((broker) => clientOf(broker)));
  const readers = await Promise.all(clients.map((client) => collect(client, 'both.*')));
  await untilWanted(brokers);
  const count = 200;
  for (let index = 1; index <= count; index++) {
    await clients[0].publish(namespace, 'both.x', text(`a${index}`), { ack: false });
    await clients[1].publish(namespace, 'both.x', text(`b${index}`), { ack: false });
  }
  await Promise.all(clients.map((client) => client.flush()));
  for (const { got } of readers) {
    await eventually('both streams are whole', 5_000, () => got.length === 2 * count);
    const byEpoch = Map.groupBy === undefined ? groupBy(got) : Map.groupBy(got, ({ epoch }) => epoch);
    assert.equal(byEpoch.size, 2);
    for (const stream of byEpoch.values()) {
      assert.deepEqual(
        stream.map(({ sequence }) => sequence),
        Array.from({ length: count }, (_, at) => at + 1),
      );
    }
  }
  const newest = await Promise.all(clients.map((client) => client.last(namespace, 'both.x')));
  assert.equal(new Set(newest.map(textOf)).size, 1, 'every broker has the same newest value');
  return clients;
}

function groupBy(messages) {
  const groups = new Map();
  for (const message of messages) groups.set(message.epoch, [...(groups.get(message.epoch) ?? []), message]);
  return groups;
}

/** Messages of any size, and what the publisher put into its own frame. */
async function sizes({ a, b }, brokers) {
  const publisher = await clientOf(a);
  const reader = await clientOf(b);
  const { got } = await collect(reader, 'size.*');
  await untilWanted(brokers);
  const wanted = [0, 1, 100, 60_000, 131_000, 131_200, 262_144, 1_048_576, 3_000_001];
  for (const bytes of wanted) await publisher.publish(namespace, 'size.x', Buffer.alloc(bytes, 65));
  await eventually('all sizes have arrived', 5_000, () => got.length === wanted.length);
  assert.deepEqual(
    got.map(({ payload }) => payload.length),
    wanted,
  );
  assert.ok(got.every(({ payload }) => payload.every((byte) => byte === 65)));
  const large = await reader.last(namespace, 'size.x');
  assert.equal(large.payload.length, wanted.at(-1));
  return [publisher, reader];
}

/** As fast as a publisher can: its own broker and the fabric hold it back, and nothing is lost. */
async function flatOut({ a, b }, brokers) {
  const publisher = await clientOf(a);
  const reader = await clientOf(b);
  const last = new Map();
  const holes = [];
  let count = 0;
  await reader.subscribe(namespace, 'flat.*', {
    queueLimit: 10_000_000,
    onMessage: ({ topic, sequence }) => {
      if (sequence !== (last.get(topic) ?? 0) + 1) holes.push(`${topic}: ${sequence} after ${last.get(topic)}`);
      last.set(topic, sequence);
      count += 1;
    },
  });
  await untilWanted(brokers);
  const wanted = 200_000;
  const payload = Buffer.alloc(100, 65);
  for (let index = 0; index < wanted; index++) {
    await publisher.publish(namespace, `flat.t${index % 100}`, payload, { ack: false });
    // The reader lives in this process, and must read.
    if (index % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  await publisher.flush();
  const isThrough = () => [...last.values()].reduce((sum, sequence) => sum + sequence, 0) === wanted;
  await eventually('the last messages have arrived', 30_000, isThrough);
  const { dropped_total } = await b.call('GET', '/api/stats/system');
  const state = await clusterOf(b);
  const [{ lost_total, lost_batches }] = state.peers.filter(({ name }) => name === 'a');
  assert.deepEqual(
    { holes, count, dropped_total, lost_total, lost_batches },
    { holes: [], count: wanted, dropped_total: 0, lost_total: 0, lost_batches: 0 },
  );
  return [publisher, reader];
}

/** What an operator sees: the command, and the figures for Prometheus. */
async function shown({ a, b }) {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-cluster-'));
  const env = {
    ...process.env,
    PULSEMQ_CONFIG_DIR: folder,
    PULSEMQ_ADMIN_URL: `http://127.0.0.1:${a.pubPort + 2}`,
  };
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [command, 'cluster'], { env, cwd: a.folder });
  rmSync(folder, { recursive: true, force: true });
  assert.match(stdout, /^cluster pulsemq, seen by a, connected to NATS at /);
  for (const [from, to] of ['ab', 'ac', 'ba', 'bc', 'ca', 'cb']) {
    assert.match(stdout, new RegExp(`^${from} +${to} +\\d+ `, 'm'));
  }
  const response = await fetch(`http://127.0.0.1:${b.pubPort + 2}/metrics`, {
    headers: { authorization: `Bearer ${b.jwt}` },
  });
  const metrics = await response.text();
  assert.match(metrics, /^pulsemq_cluster_brokers 2$/m);
  assert.match(metrics, /^pulsemq_cluster_connected 1$/m);
  assert.match(metrics, /^pulsemq_cluster_lag_seconds\{to="a"\} /m);
  return [];
}

/** A user without a right reads nothing of what comes from elsewhere. */
async function rights({ a, b }) {
  const { id, token } = await b.call('POST', '/api/users', { username: 'stranger', user_type: 'mq_normal' });
  assert.ok(id > 0);
  const stranger = await clientOf(b, { username: 'stranger', token });
  await assert.rejects(stranger.subscribe(namespace, 'snap.*'), { code: 'PMQ_PERMISSION_DENIED' });
  return [stranger, await clientOf(a)];
}

/** `brokers` are three. Returns what was found. */
export async function basic(brokers) {
  const [a, b, c] = brokers;
  const parts = { snapshots, policies, streams, sizes, flatOut, rights, shown };
  for (const [name, part] of Object.entries(parts)) {
    const clients = await part({ a, b, c }, brokers);
    await Promise.all(clients.map((client) => client.close()));
    console.log(`  ${name}: passed`);
  }
  for (const broker of brokers) {
    const { peers } = await clusterOf(broker);
    const problems = peers.map((peer) => [peer.lost_batches, peer.lost_total, peer.duplicate_total, peer.bad_total]);
    assert.deepEqual(
      problems,
      [
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ],
      'nothing is lost, double or bad',
    );
  }
  return 'nothing lost, nothing twice';
}
