// A publisher that continues while its broker is killed or its connections are cut.
import { setTimeout as pause } from 'node:timers/promises';
import { PulseMQClient } from '@pulsemq/client';

const everyMs = 10;

export class Feed {
  /** Messages the broker has acknowledged. */
  ackedCount = 0;
  #client;
  #topics;
  #running = null;
  #isStopped = false;

  constructor(broker, topics) {
    this.#client = new PulseMQClient({
      ...broker.options,
      reconnect: { maxTries: Number.POSITIVE_INFINITY, baseDelayMs: 50, maxDelayMs: 200 },
    });
    this.#client.on('error', (error) => process.stderr.write(`feed: ${error.message}\n`));
    this.#topics = topics;
  }

  async start() {
    await this.#client.connect();
    this.#running = this.#run();
  }

  async stop() {
    this.#isStopped = true;
    await this.#running;
    await this.#client.close();
  }

  /** Publishes once to each topic. */
  async round() {
    const done = await Promise.allSettled(
      this.#topics.map((topic) => this.#client.publish('resilience', topic, Buffer.from('price'))),
    );
    this.ackedCount += done.filter(({ status }) => status === 'fulfilled').length;
  }

  async #run() {
    while (!this.#isStopped) {
      // Publishes fail while there is no broker. They are not counted, and the next round tries again.
      await this.round();
      await pause(everyMs);
    }
  }
}
