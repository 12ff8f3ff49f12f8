import { connect } from '@nats-io/transport-node';
import { PulseMQClient } from '@pulsemq/client';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import type { SdkReceiveJob, Worker } from './job.js';

/** Receives with a client library, by callback or by iterating. Reads the payload of each message and nothing else. */
export class SdkReceiver implements Worker {
  count = 0;
  #bytes = 0;

  static async open(job: SdkReceiveJob): Promise<SdkReceiver> {
    const receiver = new SdkReceiver();
    if (job.library === '@pulsemq/client') await receiver.#openPulseMQ(job);
    else await receiver.#openNats(job);
    return receiver;
  }

  get more(): Record<string, number> {
    return { bytes: this.#bytes };
  }

  stop(): void {
    process.exit(0);
  }

  async #openPulseMQ({ address: { pubPort, subPort, token = '' }, pattern, way }: SdkReceiveJob): Promise<void> {
    const client = new PulseMQClient({ host: '127.0.0.1', pubPort, subPort, username: benchUsername, token });
    await client.connect();
    if (way === 'callback') {
      await client.subscribe(benchNamespace, pattern, { onMessage: ({ payload }) => this.#take(payload) });
    } else void this.#iterate(await client.subscribe(benchNamespace, pattern, { onFull: 'pause' }));
  }

  async #openNats({ address, pattern, way }: SdkReceiveJob): Promise<void> {
    const connection = await connect({ servers: `127.0.0.1:${address.pubPort}` });
    if (way === 'callback') {
      connection.subscribe(pattern, {
        callback: (error, message) => {
          if (error !== null) throw error;
          this.#take(message.data);
        },
      });
    } else {
      const subscription = connection.subscribe(pattern);
      void (async () => {
        for await (const { data } of subscription) this.#take(data);
      })();
    }
    await connection.flush();
  }

  async #iterate(messages: AsyncIterable<{ readonly payload: Uint8Array }>): Promise<void> {
    for await (const { payload } of messages) this.#take(payload);
  }

  #take(payload: Uint8Array): void {
    this.count++;
    this.#bytes += payload.length;
  }
}
