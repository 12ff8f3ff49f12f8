// A publisher and a reader of the TypeScript client, which begin at one broker and move when it drains.
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';
import { PublishAccount } from './publish-account.mjs';
import { ReaderAccount } from './reader-account.mjs';

/** Between two rounds, in each of which every topic gets a message. */
export const roundEveryMs = 20;
const reconnect = { baseDelayMs: 50, maxDelayMs: 300, maxTries: Number.POSITIVE_INFINITY };

export class Peer {
  published = new PublishAccount();
  movedCount = 0;
  #numbers = new Map();
  #publisher;
  #reader;
  #isOver = false;
  #done = Promise.resolve();

  /** `topics` are `{ namespace, topic }`; the reader gets `pattern` of each namespace. `inFlight` is that option of the client. */
  constructor(name, { options, topics, namespaces, pattern, inFlight }) {
    this.received = new ReaderAccount(name);
    this.topics = topics;
    this.namespaces = namespaces;
    this.pattern = pattern;
    [this.#publisher, this.#reader] = ['publisher', 'reader'].map((role) => {
      const client = new PulseMQClient({ ...options, reconnect, inFlight });
      client.on('error', (error) => console.log(`  ${role} of ${name}: ${error.message}`));
      client.on('reconnected', () => {
        this.movedCount += 1;
      });
      return client;
    });
    this.#reader.on('gap', (gap) => this.received.gap(gap));
  }

  get isConnected() {
    return this.#publisher.isConnected && this.#reader.isConnected;
  }

  async start() {
    await Promise.all([this.#publisher.connect(), this.#reader.connect()]);
    const onMessage = ({ namespace, topic, epoch, sequence, payload, isRecovered, maybeDuplicate }) => {
      const number = Number(Buffer.from(payload).toString());
      const marks = { isRecovered, maybeDuplicate };
      this.received.message({ namespace, topic, epoch: String(epoch), sequence, number, ...marks });
    };
    for (const namespace of this.namespaces)
      await this.#reader.subscribe(namespace, this.pattern, { queueLimit: 1_000_000, onMessage });
  }

  /** Begins to publish. */
  publish() {
    this.#done = this.#run();
  }

  async #run() {
    while (!this.#isOver) {
      await this.#round();
      await pause(roundEveryMs);
    }
  }

  async #round() {
    await Promise.all(this.topics.map((one) => this.#one(one)));
  }

  async #one({ namespace, topic }) {
    const key = `${namespace}:${topic}`;
    const number = (this.#numbers.get(key) ?? 0) + 1;
    this.#numbers.set(key, number);
    try {
      await this.#publisher.publish(namespace, topic, Buffer.from(String(number)));
      this.published.acknowledged(key, number);
    } catch (error) {
      this.published.failed(key, number, error.message);
    }
  }

  /** Publishes no more after a last round: what is missing at the end of a topic shows at the next message. */
  async stop() {
    this.#isOver = true;
    await this.#done;
  }

  finish() {
    return this.#round();
  }

  async close() {
    await Promise.all([this.#publisher.close(), this.#reader.close()]);
  }
}
