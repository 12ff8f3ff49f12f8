// Bad networks before each port, with the TypeScript client and the Python client: received and reported missing must add up to what the broker numbered, and
// everything goes on afterwards.
import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { Broker } from '../resilience/broker.mjs';
import { until } from '../resilience/wait.mjs';
import { Peers } from './peers.mjs';
import { FaultProxy } from './proxy.mjs';
import { PythonPeers, pythonEnvironment } from './python-peers.mjs';

const bigBytes = 20_000;

/** Runs `work` with a publisher and a subscriber whose four connections each pass a proxy. */
async function withPeers(Kind, broker, work) {
  const proxies = {
    publisherRequests: await FaultProxy.to(broker.pubPort),
    publisherDeliveries: await FaultProxy.to(broker.pubPort + 1),
    subscriberRequests: await FaultProxy.to(broker.pubPort),
    subscriberDeliveries: await FaultProxy.to(broker.pubPort + 1),
  };
  const ports = {
    publisher: { pubPort: proxies.publisherRequests.port, subPort: proxies.publisherDeliveries.port },
    subscriber: { pubPort: proxies.subscriberRequests.port, subPort: proxies.subscriberDeliveries.port },
  };
  const peers = new Kind(broker, ports);
  try {
    await peers.start();
    await peers.publish(5);
    await work(peers, proxies);
    await peers.settle();
    return peers;
  } finally {
    await peers.close();
    for (const proxy of Object.values(proxies)) proxy.close();
  }
}

const arrived = (peers) =>
  until(
    () => peers.ledger.totals.received + peers.ledger.totals.missed >= peers.ackedCount,
    20_000,
    'everything acknowledged',
  );

/** Slow networks lose nothing and end nothing. */
const slow = {
  'a delay of 40 ms': async (peers, proxies) => {
    for (const proxy of Object.values(proxies)) proxy.delayMs = 40;
    await peers.publish(10);
    await arrived(peers);
    for (const proxy of Object.values(proxies)) proxy.delayMs = 0;
  },
  'publishing through 400 KB/s': async (peers, { publisherRequests }) => {
    publisherRequests.bytesPerSecond = 400_000;
    await peers.publish(4, Buffer.alloc(bigBytes));
    await arrived(peers);
    publisherRequests.bytesPerSecond = 0;
  },
  'subscribing through 400 KB/s': async (peers, { subscriberDeliveries }) => {
    subscriberDeliveries.bytesPerSecond = 400_000;
    await peers.publish(4, Buffer.alloc(bigBytes));
    await arrived(peers);
    subscriberDeliveries.bytesPerSecond = 0;
  },
};

/** A black hole is found by PING, the connection ends, and the client comes back when bytes pass again. */
async function blackHole(peers, proxy, role) {
  const before = peers.lostCount[role];
  proxy.isBlackHole = true;
  const publishing = role === 'publisher' ? Promise.resolve() : peers.publish(20);
  await until(() => peers.lostCount[role] > before, 20_000, 'the black hole to be found');
  await publishing;
  proxy.isBlackHole = false;
  proxy.cut();
}

const broken = {
  'a black hole before the request port': (peers, { publisherRequests }) =>
    blackHole(peers, publisherRequests, 'publisher'),
  'a black hole before the subscriber port': (peers, { subscriberDeliveries }) =>
    blackHole(peers, subscriberDeliveries, 'subscriber'),
  'messages cut in two on their way to the broker': (peers, { publisherRequests }) =>
    truncate(peers, publisherRequests, 'toBroker', 'publisher'),
  'replies cut in two on their way to the client': (peers, { publisherRequests }) =>
    truncate(peers, publisherRequests, 'toClient', 'publisher'),
  'deliveries cut in two on their way to the client': (peers, { subscriberDeliveries }) =>
    truncate(peers, subscriberDeliveries, 'toClient', 'subscriber'),
};

/** Ends the connection inside a message, at different offsets. */
async function truncate(peers, proxy, direction, role) {
  for (const count of [1, 9, 30, 64, 333, 5_000]) {
    // A connection that is cut in its handshake was never there: only one that is up can be lost.
    await until(() => peers.isConnected(role), 20_000, 'the connection to be back');
    const before = peers.lostCount[role];
    proxy.truncateAfter(count, direction);
    let isOver = false;
    const publishing = publishUntil(peers, () => isOver);
    await until(() => peers.lostCount[role] > before, 20_000, `the end of the connection after ${count} bytes`).finally(
      () => {
        isOver = true;
      },
    );
    await publishing;
  }
}

/** Publishes all the time. While the client reconnects, publishes fail at once. */
async function publishUntil(peers, isOver) {
  while (!isOver()) {
    await peers.publish(1);
    await pause(5);
  }
}

async function through(Kind) {
  const broker = await Broker.start();
  const said = [];
  try {
    for (const [name, work] of Object.entries(slow)) {
      const peers = await withPeers(Kind, broker, work);
      assert.equal(peers.lostCount.publisher + peers.lostCount.subscriber, 0, `${name}: a connection was lost`);
      assert.equal(peers.failedCount, 0, `${name}: a publish failed`);
      assert.equal(peers.ledger.totals.missed, 0, `${name}: messages are missing`);
      said.push(`${name}: ${peers.ackedCount} of ${peers.ackedCount}`);
    }
    for (const [name, work] of Object.entries(broken)) {
      const { ledger, lostCount } = await withPeers(Kind, broker, work);
      const { received, missed } = ledger.totals;
      const lost = lostCount.publisher + lostCount.subscriber;
      said.push(`${name}: ${lost} lost connections, ${received} received, ${missed} reported missing`);
    }
    return said.join('\n  ');
  } finally {
    await broker.end();
  }
}

/** The TypeScript client. */
export const networks = () => through(Peers);

/** The Python client, where it can run. */
export async function pythonNetworks({ noSkip }) {
  if (pythonEnvironment() !== undefined) return through(PythonPeers);
  const text = 'no environment of the Python client: "npm run test:python -- --install" makes one';
  if (noSkip) throw new Error(text);
  return `skipped: ${text}`;
}
