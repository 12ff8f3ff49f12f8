// Rolling restart: the brokers are drained, stopped and started again, one after the other, while clients of both languages publish and read at
// all of them. Each stream must arrive in order, each message once, every loss must be reported exactly, every client must have moved in time,
// and what was acknowledged must have arrived.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually, namespace, untilJoined, untilWanted } from './cluster.mjs';
import { Peer } from './rolling/peer.mjs';
import { PythonPeer, pythonCommand } from './rolling/python-peer.mjs';

const command = fileURLToPath(new URL('../../packages/cli/bin/pulsemq.js', import.meta.url));
/** The time that clients are given. They need a fraction of a second; a broker that waits for one of them until the end fails the test. */
const withinS = 30;
/** Its messages are in the journal of the broker that they were published on. */
const keptNamespace = 'kept';
const namespaces = [namespace, keptNamespace];
const pattern = 'roll.>';
/** Messages that every publisher gets through before the next broker is drained. */
const betweenCount = 100;

/** At each broker a publisher and a reader of each client. Half of them send again what a lost connection has left without an answer. */
async function startPeers(brokers) {
  const python = pythonCommand();
  if (python === undefined)
    console.log('  no Python that can load the client was found: only the TypeScript client is used');
  const peers = [];
  for (const [index, { options }] of brokers.entries()) {
    const inFlight = index % 2 === 0 ? 'fail' : 'retry';
    const settings = (name) => ({
      ...{ options, namespaces, pattern, inFlight },
      topics: namespaces.flatMap((one) => [1, 2].map((count) => ({ namespace: one, topic: `roll.${name}.t${count}` }))),
    });
    peers.push(new Peer(`ts-${index}`, settings(`ts-${index}`)));
    if (python !== undefined)
      peers.push(new PythonPeer(`py-${index}`, { command: python, ...settings(`py-${index}`) }));
  }
  await Promise.all(peers.map((peer) => peer.start()));
  return peers;
}

const publishedBy = (peer) => peer.published.publishedCount;
const movedBy = (peers) => peers.reduce((sum, { movedCount }) => sum + movedCount, 0);

/** Resolves when every publisher has got `count` more messages acknowledged. */
function flow(peers, count) {
  const wanted = peers.map((peer) => publishedBy(peer) + count);
  return eventually('messages are published', 60_000, () =>
    peers.every((peer, index) => publishedBy(peer) >= wanted[index]),
  );
}

/** Publishers and readers at a broker. A reader that asks for missing messages has a further connection for a while, which does neither. */
async function clientsAt(broker) {
  const sessions = await broker.call('GET', '/api/connections');
  return sessions.filter((one) => one.subscription_count > 0 || one.msg_total_in > 0).length;
}

/** `pulsemq drain`. Returns how long it took, when the process has ended. */
async function drain(broker) {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-drain-'));
  const env = {
    ...process.env,
    PULSEMQ_CONFIG_DIR: folder,
    PULSEMQ_ADMIN_URL: `http://127.0.0.1:${broker.pubPort + 2}`,
  };
  const startMs = performance.now();
  const words = [command, 'drain', '--within', `${withinS}s`, '--json'];
  const { stdout } = await promisify(execFile)(process.execPath, words, { env, cwd: broker.folder });
  rmSync(folder, { recursive: true, force: true });
  assert.equal(JSON.parse(stdout).status, 'ended');
  assert.equal(await broker.ended(), 0, 'a drained broker ends with 0');
  return performance.now() - startMs;
}

/** The clients at each broker, when the API shows all of them: it shows connections as of the last second. */
async function untilShown(brokers, count) {
  let counts = [];
  await eventually('the API shows every client', 10_000, async () => {
    counts = await Promise.all(brokers.map(clientsAt));
    return counts.reduce((sum, one) => sum + one) === count;
  });
  return counts;
}

/** Drains one broker and starts it again. Returns what was found. */
async function restart(broker, brokers, peers) {
  const others = brokers.filter((one) => one !== broker);
  const counts = await untilShown(brokers, 2 * peers.length);
  const movingCount = counts[brokers.indexOf(broker)];
  const movedBefore = movedBy(peers);
  const tookMs = await drain(broker);
  assert.ok(
    tookMs < withinS * 1_000,
    `the broker has ended after ${tookMs} ms, before the time of its clients was over`,
  );
  await eventually('every client is connected again', 20_000, () => peers.every(({ isConnected }) => isConnected));
  await untilShown(others, 2 * peers.length);
  assert.equal(movedBy(peers) - movedBefore, movingCount, 'the clients of that broker have moved once, and no other');
  await flow(peers, betweenCount);
  await broker.start();
  await untilJoined(brokers);
  return `${movingCount} clients moved, it ended after ${Math.round(tookMs)} ms`;
}

/** `fleet` has three brokers that name each other to clients. */
export async function rolling(fleet) {
  const { brokers } = fleet;
  await fleet.makeNamespace(keptNamespace, { history: true });
  await untilJoined(brokers);
  const peers = await startPeers(brokers);
  try {
    await untilWanted(brokers);
    for (const peer of peers) peer.publish();
    await flow(peers, betweenCount);
    for (const [index, broker] of brokers.entries()) {
      console.log(`  broker ${index + 1} of ${brokers.length}: ${await restart(broker, brokers, peers)}`);
      await flow(peers, betweenCount);
    }
    await settle(peers, brokers);
    return found(peers);
  } finally {
    await Promise.all(peers.map((peer) => peer.close()));
  }
}

/** After one last message of each topic every loss before it shows. */
async function settle(peers, brokers) {
  for (const peer of peers) await peer.stop();
  await untilWanted(brokers);
  for (const peer of peers) await peer.finish();
  const keys = peers.flatMap(({ published }) => published.keys.map((key) => [key, published.last(key)]));
  await eventually('the last message of every topic is everywhere', 60_000, () =>
    peers.every(({ received }) => keys.every(([key, last]) => received.has(key, last))),
  );
}

/**
 * The last sequence of each stream of a topic, by epoch: some reader has got it, or all have reported it as missing, because all of them were on the
 * move.
 */
function endsOf(key, readers) {
  const ends = new Map();
  for (const reader of readers) {
    for (const [epoch, last] of reader.ends(key)) ends.set(epoch, Math.max(last, ends.get(epoch) ?? 0));
  }
  const isReported = (sequence) => readers.every((reader) => reader.reportsBeyond(key, ends, sequence));
  for (const epoch of ends.keys()) while (isReported(ends.get(epoch) + 1)) ends.set(epoch, ends.get(epoch) + 1);
  return ends;
}

/**
 * Checks one topic. What no reader has got must lie in the holes of all of them, whose reports are checked: while all readers move, a publisher may
 * have sent its first messages at another broker.
 */
function faultsOf(key, published, readers) {
  const ends = endsOf(key, readers);
  const missed = published.missedByAll(key, readers);
  const losses = readers.map((reader) => new Set(reader.lost(key, ends)));
  const holes = [...losses[0]].filter((place) => losses.every((one) => one.has(place)));
  const faults = readers.flatMap((reader) => reader.wrong(key, ends));
  if (missed.length > holes.length)
    faults.push(
      `${key}: no reader has got ${missed.join(', ')}, and only ${holes.length} of them are known to be missing`,
    );
  return { faults, lostCount: losses.reduce((sum, one) => sum + one.size, 0) };
}

const sum = (list) => list.reduce((total, one) => total + one, 0);

function found(peers) {
  const readers = peers.map(({ received }) => received);
  const faults = readers.flatMap((reader) => reader.faults);
  const lostCounts = new Map(namespaces.map((name) => [name, 0]));
  for (const { published } of peers) {
    for (const key of published.keys) {
      const checked = faultsOf(key, published, readers);
      const [name] = key.split(':');
      faults.push(...checked.faults);
      lostCounts.set(name, lostCounts.get(name) + checked.lostCount);
    }
  }
  const failures = peers.flatMap((peer) => peer.published.failures);
  for (const text of failures.slice(0, 5)) console.log(`  failed with an error: ${text}`);
  if (faults.length > 0) throw new Error(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
  return [
    `${sum(peers.map(publishedBy))} published, ${failures.length} failed with an error`,
    `${sum(readers.map(({ receivedCount }) => receivedCount))} received by ${readers.length} readers`,
    `${lostCounts.get(namespace)} lost and reported without history, ${lostCounts.get(keptNamespace)} with history`,
    `${sum(readers.map(({ recoveredCount }) => recoveredCount))} recovered`,
  ].join(', ');
}
