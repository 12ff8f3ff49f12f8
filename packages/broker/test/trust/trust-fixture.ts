import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type MessageParts, MessageType, messageFrames, PubFlag } from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { expect, onTestFinished } from 'vitest';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { RunningServer } from '../control/running-server.js';

/** What the healthy pair saw. */
interface PairReport {
  readonly sentCount: number;
  readonly receivedCount: number;
  readonly longestWaitMs: number;
}

/** A healthy message may wait so long beside an attack on a busy machine; the aim on a quiet one is 100 ms. */
const longestWaitLimitMs = 1_000;

/** A whole broker, the user `attacker` with `pub` in the namespace `market`, and a healthy pair beside it. */
export class Besieged {
  readonly running: RunningServer;
  /** Token of the user `attacker`. */
  readonly token: string;
  readonly #pair: Worker;

  private constructor(running: RunningServer, token: string, pair: Worker) {
    this.running = running;
    this.token = token;
    this.#pair = pair;
  }

  static async start(config: ConfigInput = {}): Promise<Besieged> {
    const running = await RunningServer.start({
      ...config,
      limits: { max_sessions_per_user: 1_000, ...config.limits },
    });
    const { id: healthy } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'healthy' });
    const { id: market } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market' });
    const publisher = await running.user('good_publisher', healthy, 'pub');
    const subscriber = await running.user('good_subscriber', healthy, 'sub');
    const attacker = await running.user('attacker', market, 'pub');
    const { pubPort, subPort } = running.server.addresses;
    const pair = new Worker(new URL('./healthy-pair.mjs', import.meta.url), {
      workerData: {
        pubPort,
        subPort,
        publisher: { username: 'good_publisher', token: publisher.token },
        subscriber: { username: 'good_subscriber', token: subscriber.token },
      },
    });
    onTestFinished(async () => {
      await pair.terminate();
    });
    await once(pair, 'message');
    return new Besieged(running, attacker.token, pair);
  }

  /** Ends the healthy pair: it must have lost nothing and waited little. */
  async expectHealthy(attack: string): Promise<void> {
    this.#pair.postMessage('end');
    const [{ sentCount, receivedCount, longestWaitMs }] = (await once(this.#pair, 'message')) as [PairReport];
    console.log(`${attack}: of ${sentCount} healthy messages the longest wait was ${longestWaitMs.toFixed(1)} ms`);
    expect(receivedCount).toBe(sentCount);
    expect(longestWaitMs).toBeLessThan(longestWaitLimitMs);
  }
}

const asAttacker = (parts: Omit<MessageParts, 'username'>): Uint8Array =>
  encodeMessage(messageFrames({ ...parts, username: 'attacker' }));

export const sub = (topic: string): Uint8Array => asAttacker({ type: MessageType.sub, namespace: 'market', topic });

export const unsub = (topic: string): Uint8Array => asAttacker({ type: MessageType.unsub, namespace: 'market', topic });

/** A PUB that wants no reply. */
export const pub = (topic: string, payload = 'x'): Uint8Array =>
  asAttacker({
    type: MessageType.pub,
    flags: PubFlag.noReply,
    namespace: 'market',
    topic,
    payload: Buffer.from(payload),
  });

export const query = (body: object): Uint8Array =>
  asAttacker({ type: MessageType.query, payload: Buffer.from(JSON.stringify(body)) });

export const ping = (): Uint8Array => asAttacker({ type: MessageType.ping });
