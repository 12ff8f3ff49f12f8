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
    const { pubPort, subPort, token = '', security } = job.address;
    if (job.library === '@pulsemq/client') {
      const client = new PulseMQClient({
        host: '127.0.0.1',
        pubPort,
        subPort,
        username: benchUsername,
        token,
        ...security,
      });
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

  /**
   * Publishes one block in each turn of the loop. A full window waits for an acknowledgement and then for the next turn, when all that have arrived
   * are read: to publish at once for each of them would keep the window full, with the rest of the acknowledgements waiting in the socket.
   */
  async #publishAcknowledged(client: PulseMQClient, { topics, payloadBytes, windowCount }: SdkPublishJob) {
    const payload = Buffer.alloc(payloadBytes, 'x');
    let wake: (() => void) | null = null;
    const onAck = (): void => {
      this.count++;
      wake?.();
      wake = null;
    };
    while (!this.#isStopped) {
      for (
        let index = 0;
        index < blockCount && this.#sentCount - this.count < windowCount;
        index++, this.#sentCount++
      ) {
        client.publish(benchNamespace, topics[this.#sentCount % topics.length]!, payload).then(onAck, fail);
      }
      if (this.#sentCount - this.count >= windowCount) await new Promise<void>((resolve) => (wake = resolve));
      await new Promise(setImmediate);
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
