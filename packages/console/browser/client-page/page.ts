import {
  type ClientOptions,
  DataFrame,
  PulseMQClient,
  type PulseMQError,
  type ReceivedMessage,
  type Subscription,
} from '@pulsemq/client';

/** A page that uses the client as a desk's page does. The story calls it, and reads its log. */

/** What the page has seen, in order, one line for each event or message. */
const log: string[] = [];
let client: PulseMQClient | undefined;
let paused: Subscription | undefined;

/** A DataFrame is shown by its first row, bytes by their number. */
function shown(message: ReceivedMessage): string {
  const { topic, data, isSnapshot, compressed } = message;
  const value = data instanceof DataFrame ? data.rows()[0] : data;
  const shownValue = value instanceof Uint8Array ? `${value.length} bytes` : JSON.stringify(value);
  return `${isSnapshot ? 'image' : 'live'} ${topic} ${compressed ?? 'plain'} ${shownValue}`;
}

export interface ClientPage {
  readonly log: readonly string[];
  connect(options: ClientOptions): Promise<string>;
  subscribe(namespace: string): Promise<void>;
  publish(namespace: string, topic: string, rows: readonly Record<string, number>[]): Promise<void>;
  /** Subscribes and takes no message. */
  subscribePaused(namespace: string, topic: string): Promise<void>;
  takeOne(): Promise<number | undefined>;
  /** Subscribes without an option: to the newest value, at most ten times a second. */
  subscribeConflated(namespace: string, topic: string): Promise<void>;
}

const page: ClientPage = {
  log,
  connect: async (options) => {
    client = new PulseMQClient({ ...options, reconnect: { baseDelayMs: 50, maxDelayMs: 200, maxTries: 1_000 } });
    client.on('disconnected', ({ error }) =>
      log.push(`disconnected ${'code' in error ? error.code : ''} ${error.message}`),
    );
    client.on('reconnected', () => log.push('reconnected'));
    client.on('gap', ({ topic, epochChanged }) => log.push(`gap ${topic} ${epochChanged}`));
    client.on('error', (error) => log.push(`error ${error.message}`));
    try {
      await client.connect();
      return 'connected';
    } catch (error) {
      const { code, message } = error as PulseMQError;
      return `${code}: ${message}`;
    }
  },
  subscribe: async (namespace) => {
    const subscription = await client!.subscribe(namespace, '>', {
      snapshot: true,
      onSlow: 'dropOldest',
      onMessage: (message) => log.push(shown(message)),
    });
    const { count } = await subscription.snapshotEnd;
    log.push(`snapshot ${count}`);
  },
  publish: (namespace, topic, rows) =>
    client!.publish(namespace, topic, DataFrame.from(rows), { format: 'df_pyarrow', compress: 'zlib' }),
  subscribePaused: async (namespace, topic) => {
    paused = await client!.subscribe(namespace, topic, { onSlow: 'dropOldest', onFull: 'pause', queueLimit: 1 });
  },
  takeOne: async () => (await paused!.receive())?.sequence,
  subscribeConflated: async (namespace, topic) => {
    await client!.subscribe(namespace, topic, {
      onMessage: ({ data, conflatedCount }) => log.push(`conflated ${conflatedCount} ${data}`),
    });
  },
};

Object.assign(window, { page });
