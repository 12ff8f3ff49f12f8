// A publisher and a subscriber of the TypeScript client through two proxies, and what they count.
import assert from 'node:assert/strict';
import { PulseMQClient } from '@pulsemq/client';
import { Ledger } from '../resilience/ledger.mjs';

export const topics = Array.from({ length: 5 }, (_, index) => `fault.t${index}`);
/** Short, so that a black hole is found soon. */
const pings = { pingIntervalMs: 300, pingTimeoutMs: 400 };
const reconnect = { maxTries: Number.POSITIVE_INFINITY, baseDelayMs: 30, maxDelayMs: 100 };

export class Peers {
  ackedCount = 0;
  failedCount = 0;
  lostCount = { publisher: 0, subscriber: 0 };
  #publisher;
  #subscriber;
  ledger;

  constructor(broker, ports) {
    this.#publisher = this.#client('publisher', { ...broker.options, ...ports.publisher });
    this.#subscriber = this.#client('subscriber', { ...broker.options, ...ports.subscriber });
    this.ledger = new Ledger(this.#subscriber);
  }

  #client(role, options) {
    const client = new PulseMQClient({ ...options, ...pings, reconnect, requestTimeoutMs: 5_000 });
    client.on('disconnected', () => {
      this.lostCount[role] += 1;
    });
    client.on('error', (error) => process.stderr.write(`faults: ${role}: ${error.message}\n`));
    return client;
  }

  isConnected(role) {
    return (role === 'publisher' ? this.#publisher : this.#subscriber).isConnected;
  }

  async start() {
    await Promise.all([this.#publisher.connect(), this.#subscriber.connect()]);
    await this.#subscriber.subscribe('faults', 'fault.>', { onMessage: (message) => this.ledger.saw(message) });
  }

  /** Publishes to every topic `rounds` times, `payload` each; failures of a lost connection are counted. */
  async publish(rounds, payload = Buffer.from('price')) {
    for (let round = 0; round < rounds; round++) {
      const done = await Promise.allSettled(topics.map((topic) => this.#publisher.publish('faults', topic, payload)));
      const acked = done.filter(({ status }) => status === 'fulfilled').length;
      this.ackedCount += acked;
      this.failedCount += done.length - acked;
    }
  }

  /** Waits until one more message of each topic has arrived, and checks the sums. */
  async settle() {
    const before = this.ledger.totals.received;
    for (let seen = before; seen < before + topics.length; seen = this.ledger.totals.received) {
      await this.publish(1);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    assert.deepEqual(this.ledger.faults(0), []);
  }

  async close() {
    await Promise.all([this.#publisher.close(), this.#subscriber.close()]);
  }
}
