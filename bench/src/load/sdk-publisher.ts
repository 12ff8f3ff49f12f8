import { connect, type NatsConnection } from '@nats-io/transport-node';
import { PulseMQClient } from '@pulsemq/client';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import type { SdkPublishJob, Worker } from './job.js';

/** Publishes between two checks of the window. */
const blockCount = 500;

/** Publishes flat out with a client library. `@pulsemq/client` waits for acknowledgements; NATS has none, so it waits for flushes. */
export class SdkPublisher implements Worker {
  /** Publishes acknowledged; with NATS, publishes flushed. */
  count = 0;
  #sentCount = 0;
  #isStopped = false;

  static async open(job: SdkPublishJob): Promise<SdkPublisher> {
    const publisher = new SdkPublisher();
    const { pubPort, subPort, token = '' } = job.address;
    if (job.library === '@pulsemq/client') {
      const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username: benchUsername, token });
      await client.connect();
      void publisher.#publishAcknowledged(client, job);
    } else void publisher.#publishUnacknowledged(await connect({ servers: `127.0.0.1:${pubPort}` }), job);
    return publisher;
  }

  get more(): Record<string, number> {
    return { sentCount: this.#sentCount };
  }

  stop(): void {
    this.#isStopped = true;
  }

  async #publishAcknowledged(client: PulseMQClient, { topics, payloadBytes, windowCount }: SdkPublishJob) {
    const payload = Buffer.alloc(payloadBytes, 'x');
    let wake = (): void => {};
    const onAck = (): void => {
      this.count++;
      if (this.#sentCount - this.count < windowCount) wake();
    };
    while (!this.#isStopped) {
      for (
        let index = 0;
        index < blockCount && this.#sentCount - this.count < windowCount;
        index++, this.#sentCount++
      ) {
        client.publish(benchNamespace, topics[this.#sentCount % topics.length]!, payload).then(onAck, fail);
      }
      if (this.#sentCount - this.count < windowCount) await new Promise(setImmediate);
      else await new Promise<void>((resolve) => (wake = resolve));
    }
  }

  async #publishUnacknowledged(connection: NatsConnection, { topics, payloadBytes, windowCount }: SdkPublishJob) {
    const payload = Buffer.alloc(payloadBytes, 'x');
    const flushes: Promise<void>[] = [];
    while (!this.#isStopped) {
      for (let index = 0; index < blockCount; index++, this.#sentCount++)
        connection.publish(topics[this.#sentCount % topics.length]!, payload);
      flushes.push(connection.flush().then(() => this.#add(blockCount), fail));
      // The server answers a flush after it has read everything before it. Nothing else paces this library.
      if (flushes.length * blockCount >= windowCount) await flushes.shift();
    }
  }

  #add(count: number): void {
    this.count += count;
  }
}

/** No publish may fail: the first that does ends this process, and with it the run. */
function fail(error: unknown): never {
  console.error(error);
  process.exit(1);
}
