// Connections are cut while the broker runs. Messages received and messages reported missing must add up to those published.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';
import { Broker } from './broker.mjs';
import { Feed } from './feed.mjs';
import { Ledger } from './ledger.mjs';
import { until } from './wait.mjs';

const cutCount = 20;
const topics = Array.from({ length: 10 }, (_, index) => `cut.t${index}`);

export async function cuts() {
  const broker = await Broker.start();
  const [pub, sub] = [await Relay.open(broker.pubPort), await Relay.open(broker.pubPort + 1)];
  const client = new PulseMQClient({
    ...broker.options,
    pubPort: pub.port,
    subPort: sub.port,
    reconnect: { maxTries: Number.POSITIVE_INFINITY, baseDelayMs: 50 },
  });
  client.on('error', (error) => process.stderr.write(`cuts: ${error.message}\n`));
  const ledger = new Ledger(client);
  const feed = new Feed(broker, topics);
  try {
    await client.connect();
    let lastTopic = new Set();
    await client.subscribe('resilience', 'cut.>', {
      onMessage: (message) => {
        ledger.saw(message);
        lastTopic.add(message.topic);
      },
    });
    await feed.start();
    for (let cut = 0; cut < cutCount; cut++) {
      await pause(100);
      const back = new Promise((resolve) => client.on('reconnected', resolve));
      // In turn: the connection to the publisher port, the one to the subscriber port, both.
      if (cut % 3 !== 1) pub.cut();
      if (cut % 3 !== 0) sub.cut();
      await back;
    }
    lastTopic = new Set();
    await until(() => lastTopic.size === topics.length, 30_000, 'every topic after the last cut');
    await feed.stop();
    const published = feed.ackedCount;
    await until(() => ledger.totals.received + ledger.totals.missed >= published, 10_000, 'all published messages');
    const { received, missed } = ledger.totals;
    assert.equal(received + missed, published);
    assert.deepEqual(ledger.faults(0), []);
    return `${cutCount} cuts: ${received} received + ${missed} reported missing = ${published} published`;
  } finally {
    await feed.stop();
    await client.close();
    pub.close();
    sub.close();
    await broker.end();
  }
}

/** A TCP relay whose connections can be cut. */
class Relay {
  #server;
  #pairs = new Set();

  constructor(server, port) {
    this.#server = server;
    this.port = port;
  }

  static async open(target) {
    const server = createServer({ noDelay: true });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const relay = new Relay(server, server.address().port);
    server.on('connection', (near) => relay.#join(near, connect(target, '127.0.0.1')));
    return relay;
  }

  cut() {
    for (const socket of this.#pairs) socket.destroy();
    this.#pairs.clear();
  }

  close() {
    this.cut();
    this.#server.close();
  }

  #join(near, far) {
    for (const [one, other] of [
      [near, far],
      [far, near],
    ]) {
      this.#pairs.add(one);
      one.pipe(other);
      // When one side ends, for whatever reason, the relay ends the other.
      one.on('error', () => other.destroy());
      one.on('close', () => other.destroy());
    }
  }
}
