// The broker has no descriptors left: connections that are there go on, the log says it, and new ones get in once others have gone.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from '../resilience/broker.mjs';
import { until } from '../resilience/wait.mjs';
import { Peers } from './peers.mjs';

const descriptorCount = 400;
const floodCount = 1_200;
const said = /limit reached/;

const logOf = (folder) =>
  readdirSync(join(folder, 'logs'))
    .map((name) => readFileSync(join(folder, 'logs', name), 'utf8'))
    .join('');

/** Opens connections to all three ports that say nothing. Those that are refused are counted by their end. */
async function flood(broker) {
  const sockets = [];
  for (let index = 0; index < floodCount; index++) {
    const socket = connect(broker.pubPort + (index % 3), '127.0.0.1');
    socket.on('error', () => {});
    sockets.push(socket);
    await Promise.race([once(socket, 'connect'), once(socket, 'close')]);
  }
  return sockets;
}

export async function descriptors() {
  const broker = await Broker.start({ descriptorCount });
  const ports = { pubPort: broker.pubPort, subPort: broker.pubPort + 1 };
  const peers = new Peers(broker, { publisher: ports, subscriber: ports });
  const late = new PulseMQClient({
    ...broker.options,
    connectTimeoutMs: 2_000,
    reconnect: { maxTries: 20, fromStart: true, baseDelayMs: 50, maxDelayMs: 200 },
  });
  let sockets = [];
  const death = broker.untilDeath();
  // The test itself kills the broker at its end: that does not count as a fault.
  death.catch(() => {});
  try {
    await peers.start();
    sockets = await flood(broker);
    await Promise.race([peers.publish(200), death]);
    await until(() => said.test(logOf(broker.folder)), 10_000, 'a line in the log');
    for (const socket of sockets) socket.destroy();
    await late.connect();
    await late.publish('faults', 'fault.t0', Buffer.from('late'));
    await peers.settle();
    const { publisher, subscriber } = peers.lostCount;
    assert.equal(publisher + subscriber, 0, 'a connection that was there was lost');
    assert.equal(peers.failedCount, 0);
    assert.equal(peers.ledger.totals.missed, 0);
    assert.equal((await broker.call('GET', '/health')).status, 'ok');
    const text = logOf(broker.folder)
      .split('\n')
      .find((one) => said.test(one));
    return `${floodCount} connections with ${descriptorCount} descriptors: ${peers.ackedCount} of ${peers.ackedCount} messages arrived; the log: ${text}`;
  } finally {
    for (const socket of sockets) socket.destroy();
    await Promise.all([peers.close(), late.close()]);
    await broker.end();
  }
}
