// npm run test:failover [-- --kills N]: SIGKILL of a broker under a client that knows two. Prints how long it takes until the client has its
// first message from the other broker, and fails when the median is two seconds or more. The brokers have the same users: they share the
// PostgreSQL that PULSEMQ_STORAGE_URL names, or each has a copy of one SQLite file.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { PulseMQClient } from '@pulsemq/client';

const limitMs = 2_000;
const publishMs = 5;
const at = process.argv.indexOf('--kills');
const killCount = at < 0 ? 20 : Number(process.argv[at + 1]);
if (!(killCount >= 1)) {
  console.error('failover: --kills needs a count from 1');
  process.exit(2);
}
const child = fileURLToPath(new URL('../../packages/broker/test/postgres/broker-child.mjs', import.meta.url));
const url = process.env.PULSEMQ_STORAGE_URL;
const root = mkdtempSync(join(tmpdir(), 'pulsemq-failover-'));
const credentials = (broker) => join(broker.folder, '.pulsemq_admin');

/** Starts a broker, on the ports that it had before. */
async function start(broker) {
  const config = {
    server: { host: '127.0.0.1', pub_port: broker.pubPort, admin_port: 0 },
    ...(url !== undefined && { storage: { driver: 'postgres', url, broker_name: broker.name } }),
  };
  const arguments_ = [child, JSON.stringify(config), broker.folder];
  broker.process = spawn(process.execPath, arguments_, { stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = once(broker.process, 'exit').then(() => Promise.reject(new Error(`broker ${broker.name} ended`)));
  ended.catch(() => {});
  const [line] = await Promise.race([once(broker.process.stdout, 'data'), ended]);
  broker.pubPort = JSON.parse(line.toString()).pubPort;
}

async function end(broker, signal) {
  const { process: running } = broker;
  if (running === null || running.exitCode !== null || running.signalCode !== null) return;
  running.kill(signal);
  await once(running, 'exit');
}

/** Two brokers with the same users. */
async function startBoth() {
  const brokers = ['a', 'b'].map((name) => ({
    name,
    pubPort: 0,
    process: null,
    folder: mkdtempSync(join(root, name)),
  }));
  await start(brokers[0]);
  if (url === undefined) {
    await end(brokers[0], 'SIGTERM');
    cpSync(brokers[0].folder, brokers[1].folder, { recursive: true });
    await start(brokers[0]);
  }
  await start(brokers[1]);
  return brokers;
}

/** A publisher at each broker, which publishes while that broker lives: without a fabric a reader hears those of its own broker. */
async function publishers(brokers, options) {
  const clients = brokers.map(({ pubPort }) => new PulseMQClient({ ...options, host: '127.0.0.1', pubPort }));
  for (const client of clients) await client.connect();
  const timer = setInterval(() => {
    for (const [index, client] of clients.entries()) {
      if (client.isConnected) client.publish('market', `from.${index}`, Buffer.from('x')).catch(ignoreLoss);
    }
  }, publishMs);
  return { clients, stop: () => clearInterval(timer) };
}

/** A publish that a kill has cut off. */
const ignoreLoss = () => {};

const brokers = await startBoth();
try {
  const { username, token } = JSON.parse(
    readFileSync(credentials(brokers.find((one) => existsSync(credentials(one)))), 'utf8'),
  );
  const options = {
    username,
    token,
    reconnect: { maxTries: Number.POSITIVE_INFINITY, baseDelayMs: 100, maxDelayMs: 500 },
  };
  const { clients, stop } = await publishers(brokers, options);
  const reader = new PulseMQClient({ ...options, servers: brokers.map(({ pubPort }) => `127.0.0.1:${pubPort}`) });
  await reader.connect();
  let present = -1;
  let onMessage = () => {};
  await reader.subscribe('market', 'from.*', { onMessage: ({ topic }) => onMessage(Number(topic.at(-1))) });
  const messageFrom = (isWanted) =>
    new Promise((resolve) => {
      onMessage = (index) => {
        if (!isWanted(index)) return;
        present = index;
        resolve();
      };
    });
  await messageFrom(() => true);
  const times = [];
  for (let kill = 1; kill <= killCount; kill++) {
    while (!clients.every(({ isConnected }) => isConnected)) await delay(20);
    const killed = present;
    const next = messageFrom((index) => index !== killed);
    const startMs = performance.now();
    await end(brokers[killed], 'SIGKILL');
    await next;
    times.push(performance.now() - startMs);
    console.log(`kill ${kill}: first message from the other broker after ${times.at(-1).toFixed(0)} ms`);
    await start(brokers[killed]);
  }
  stop();
  times.sort((left, right) => left - right);
  const median = times[Math.floor(times.length / 2)];
  console.log(
    `${killCount} kills: P50 ${median.toFixed(0)} ms, longest ${times.at(-1).toFixed(0)} ms, limit ${limitMs} ms`,
  );
  if (median >= limitMs) process.exitCode = 1;
  await Promise.all([reader, ...clients].map((client) => client.close()));
} finally {
  await Promise.all(brokers.map((broker) => end(broker, 'SIGKILL')));
  rmSync(root, { recursive: true, force: true });
}
