import type { PulseMQClient } from '@pulsemq/client';

/** A market that looks like one: shares, bars and books, deterministic from its seed. */

const shares = [
  'sh600519',
  'sh601318',
  'sh600036',
  'sz000858',
  'sz300750',
  'sz002594',
  'sh601899',
  'sh600900',
  'sh688981',
  'sz000333',
];
const futures = ['IF2612', 'IC2612', 'AU2702', 'CU2701', 'RB2705'];

/** A generator of numbers in [0, 1), the same on every machine (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export interface Bar extends Record<string, unknown> {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

const cents = (value: number): number => Math.round(value * 100) / 100;

/** Bars of one minute that end now, a walk from `price`. */
export function barsOf(random: () => number, count: number, price: number): Bar[] {
  const end = Math.floor(Date.now() / 60_000) * 60_000;
  let close = price;
  return Array.from({ length: count }, (_, index) => {
    const open = close;
    close = cents(open * (1 + (random() - 0.49) * 0.004));
    const high = cents(Math.max(open, close) * (1 + random() * 0.0015));
    const low = cents(Math.min(open, close) * (1 - random() * 0.0015));
    const volume = Math.round(2_000 + random() * random() * 90_000);
    return { time: new Date(end - (count - 1 - index) * 60_000), open, high, low, close, volume };
  });
}

const tick = (random: () => number, price: number): string =>
  JSON.stringify({
    price: cents(price * (1 + (random() - 0.5) * 0.01)),
    volume: Math.round(random() * 500) * 100,
    bid: cents(price * 0.9998),
    ask: cents(price * 1.0002),
    side: random() < 0.5 ? 'buy' : 'sell',
  });

/** Everything published once: afterwards the broker knows every topic and, where kept, a last value of each. */
export async function publishOnce(client: PulseMQClient, random: () => number): Promise<void> {
  for (const [index, code] of shares.entries()) {
    const price = 12 + index * 37;
    await client.publish('market_data', `${code}.tick`, tick(random, price), { format: 'string' });
    await client.publish('market_data', `${code}.kline.1m`, barsOf(random, 240, price), { format: 'df_pyarrow' });
    await client.publish('market_data', `${code}.depth`, Buffer.alloc(320, index), { format: 'bytes' });
  }
  for (const [index, code] of futures.entries()) {
    await client.publish('futures', `${code}.tick`, tick(random, 3000 + index * 400), { format: 'string' });
    await client.publish('futures', `${code}.kline.5m`, barsOf(random, 120, 3000 + index * 400), {
      format: 'df_msgpack',
    });
  }
}

/** Publishes ticks and bars until it is stopped; resolves when everything sent is answered. */
export class MarketFeed {
  readonly #client: PulseMQClient;
  readonly #random = seededRandom(7);
  readonly #timer: NodeJS.Timeout;
  #turn = 0;
  #pending: Promise<unknown> = Promise.resolve();

  constructor(client: PulseMQClient) {
    this.#client = client;
    this.#timer = setInterval(() => this.#publishSome(), 50);
  }

  #publishSome(): void {
    this.#turn += 1;
    const sent: Promise<void>[] = [];
    for (const [index, code] of shares.entries()) {
      const count = Math.max(1, Math.round(this.#random() * (18 - index * 1.6)));
      for (let n = 0; n < count; n += 1) {
        const text = tick(this.#random, 12 + index * 37);
        sent.push(this.#client.publish('market_data', `${code}.tick`, text, { format: 'string' }));
      }
    }
    const code = shares[this.#turn % shares.length]!;
    const price = 12 + (this.#turn % shares.length) * 37;
    if (this.#turn % 4 === 0) {
      sent.push(
        this.#client.publish('market_data', `${code}.kline.1m`, barsOf(this.#random, 240, price), {
          format: 'df_pyarrow',
        }),
      );
    }
    this.#pending = Promise.all([this.#pending, ...sent]);
    // What fails is thrown where the feed is stopped.
    this.#pending.catch(() => clearInterval(this.#timer));
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#pending;
  }
}
