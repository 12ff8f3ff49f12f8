import { connect } from '@nats-io/transport-node';
import { type ClientOptions, PulseMQClient } from '@pulsemq/client';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import { DelayRecord } from './delay-record.js';
import type { Latency, SdkReceiveJob, Worker } from './job.js';

/** Receives with a client library, by callback or by iterating. Reads the payload of each message and nothing else. */
export class SdkReceiver implements Worker {
  count = 0;
  #bytes = 0;
  readonly #delays: DelayRecord | null;

  private constructor({ measuresLatency }: SdkReceiveJob) {
    this.#delays = measuresLatency === true ? new DelayRecord() : null;
  }

  static async open(job: SdkReceiveJob): Promise<SdkReceiver> {
    const receiver = new SdkReceiver(job);
    if (job.library === '@pulsemq/client') await receiver.#openPulseMQ(job);
    else await receiver.#openNats(job);
    return receiver;
  }

  get more(): Record<string, number> {
    return { bytes: this.#bytes };
  }

  reset(): void {
    this.#delays?.reset();
  }

  latency(): Latency {
    if (this.#delays === null) throw new Error('only a job with measuresLatency records delays');
    return this.#delays.figures();
  }

  stop(): void {
    process.exit(0);
  }

  async #openPulseMQ({ address, pattern, way }: SdkReceiveJob): Promise<void> {
    const { token = '', security } = address;
    const client = new PulseMQClient({ ...placeOf(address), username: benchUsername, token, ...security });
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
    if (this.#delays === null) return;
    const dueNs = new DataView(payload.buffer, payload.byteOffset).getFloat64(0);
    this.#delays.record(dueNs, Number(process.hrtime.bigint()));
  }
}

function placeOf({ pubPort, subPort, webSocket }: PeerAddress): Partial<ClientOptions> {
  if (webSocket === undefined) return { host: '127.0.0.1', pubPort, subPort };
  return { url: `ws://127.0.0.1:${webSocket.port}${webSocket.path}` };
}
