// Several brokers and servers of NATS, each in a process of its own.
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from '../resilience/broker.mjs';
import { freePort, NatsServer } from './nats-server.mjs';

export const namespace = 'market';

/** Servers of NATS that route to each other. `words` are further arguments of the command. */
export async function startServers(count, words = []) {
  if (count === 1) return [await NatsServer.start(words)];
  const ports = [];
  for (let index = 0; index < count; index++) ports.push(await freePort());
  const routes = ports.map((port) => `nats-route://127.0.0.1:${port}`).join(',');
  const wordsOf = (port) => [
    '-cluster_name',
    'test',
    '-cluster',
    `nats://127.0.0.1:${port}`,
    '-routes',
    routes,
    ...words,
  ];
  return Promise.all(ports.map((port) => NatsServer.start(wordsOf(port))));
}

/** The section of the configuration that joins a broker to the others. */
export const clusterSection = (servers, name) =>
  `cluster:\n  driver: nats\n  broker_name: ${name}\n  servers: [${servers.map(({ url }) => url).join(', ')}]\n`;

/** Brokers called a, b, c that all have the namespace. */
export async function startBrokers(
  count,
  servers,
  { logLevel = process.env.PULSEMQ_TEST_LOG ?? 'error', sections = '' } = {},
) {
  const names = ['a', 'b', 'c', 'd'].slice(0, count);
  const brokers = await Promise.all(
    names.map((name) => Broker.start({ config: clusterSection(servers, name) + sections, logLevel })),
  );
  await Promise.all(
    brokers.map((broker) => broker.call('POST', '/api/namespaces', { name: namespace, keep_last_value: true })),
  );
  return brokers;
}

/** A connected client of a broker. It ignores errors while its broker is away. */
export async function clientOf(broker, options = {}) {
  const client = new PulseMQClient({
    ...broker.options,
    reconnect: { baseDelayMs: 50, maxDelayMs: 300, maxTries: Number.POSITIVE_INFINITY },
    ...options,
  });
  client.on('error', () => {});
  await client.connect();
  return client;
}

/** The cluster as a broker sees it. */
export const clusterOf = (broker) => broker.call('GET', '/api/cluster');

/** Resolves when the condition, which may wait itself, is true. Throws after `limitMs`. */
export async function eventually(what, limitMs, condition) {
  const endMs = performance.now() + limitMs;
  for (;;) {
    if (await condition()) return;
    if (performance.now() > endMs) throw new Error(`waited ${limitMs} ms for this in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Resolves when every broker can reach every other one. */
export async function untilJoined(brokers) {
  for (const broker of brokers) {
    await eventually('every broker sees the others', 15_000, async () => {
      const { peers } = await clusterOf(broker);
      return peers.filter(({ health }) => health === 'live').length === brokers.length - 1;
    });
  }
}

/** Resolves when what the subscribers of one broker want has reached the others: each sends it what a publisher of its own sends. */
export async function untilWanted(brokers) {
  for (const broker of brokers) {
    await eventually('the others know what is wanted', 5_000, async () => {
      const { own, peers } = await clusterOf(broker);
      return peers.every(({ health, applied_version }) => health !== 'live' || applied_version >= own.interest_version);
    });
  }
}
