import { PreciseDate, type PulseMQClient } from '@pulsemq/client';

/** Market data that looks real: shares, bars and order books. The same seed gives the same data. */

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
    prev_close: cents(price),
    side: random() < 0.5 ? 'buy' : 'sell',
  });

/** The same bars with the zone of their times, which Arrow can carry and MessagePack cannot. */
const zoned = (bars: ReturnType<typeof barsOf>) =>
  bars.map(({ time, ...bar }) => ({ time: new PreciseDate(BigInt(time.getTime()) * 1_000_000n, 'ms', 'UTC'), ...bar }));

/** Publishes once to every topic. The broker then knows all topics and, where it keeps them, their last values. */
export async function publishOnce(client: PulseMQClient, random: () => number): Promise<void> {
  for (const [index, code] of shares.entries()) {
    const price = 12 + index * 37;
    await client.publish('market_data', `${code}.tick`, tick(random, price), { format: 'string' });
    await client.publish('market_data', `${code}.kline.1m`, zoned(barsOf(random, 240, price)), {
      format: 'df_pyarrow',
    });
    await client.publish('market_data', `${code}.depth`, Buffer.alloc(320, index), { format: 'bytes' });
  }
  for (const [index, code] of futures.entries()) {
    await client.publish('futures', `${code}.tick`, tick(random, 3000 + index * 400), { format: 'string' });
    await client.publish('futures', `${code}.kline.5m`, barsOf(random, 120, 3000 + index * 400), {
      format: 'df_msgpack',
    });
  }
}

export interface Publishers {
  readonly shares: PulseMQClient;
  readonly futures: PulseMQClient;
}

const turnMs = 50;

/** Publishes ticks, books and bars until it is stopped. The bars of the last future are never published, so that topic is stale. */
export class MarketFeed {
  readonly #publishers: Publishers;
  readonly #random = seededRandom(7);
  readonly #timer: NodeJS.Timeout;
  #turn = 0;
  #failure: unknown = null;

  constructor(publishers: Publishers) {
    this.#publishers = publishers;
    this.#timer = setInterval(() => this.#publishSome(), turnMs);
  }

  #publishSome(): void {
    this.#turn += 1;
    for (const [index, code] of shares.entries()) this.#share(index, code);
    for (const [index, code] of futures.entries()) this.#future(index, code);
  }

  /** The activity rises and falls over minutes. */
  #countOf(index: number): number {
    const mood = 1 + 0.45 * Math.sin(this.#turn / 230) + 0.2 * Math.sin(this.#turn / 37);
    return Math.max(1, Math.round(this.#random() * mood * (18 - index * 1.6)));
  }

  #share(index: number, code: string): void {
    const price = 12 + index * 37;
    const { shares: client } = this.#publishers;
    for (let count = this.#countOf(index); count > 0; count -= 1) {
      this.#sent(client.publish('market_data', `${code}.tick`, tick(this.#random, price), { format: 'string' }));
    }
    const phase = (this.#turn + index * 2) % 20;
    if (phase === 0) this.#sent(client.publish('market_data', `${code}.depth`, Buffer.alloc(320, index)));
    if (phase === 10 && this.#turn % 40 < 20) {
      const bars = zoned(barsOf(this.#random, 240, price));
      this.#sent(client.publish('market_data', `${code}.kline.1m`, bars, { format: 'df_pyarrow' }));
    }
  }

  #future(index: number, code: string): void {
    const price = 3000 + index * 400;
    const { futures: client } = this.#publishers;
    if ((this.#turn + index) % 3 === 0) {
      this.#sent(client.publish('futures', `${code}.tick`, tick(this.#random, price), { format: 'string' }));
    }
    if ((this.#turn + index * 7) % 40 === 0 && index < futures.length - 1) {
      const bars = barsOf(this.#random, 120, price);
      this.#sent(client.publish('futures', `${code}.kline.5m`, bars, { format: 'df_msgpack' }));
    }
  }

  #sent(publish: Promise<void>): void {
    publish.catch((failure: unknown) => {
      this.#failure ??= failure;
      clearInterval(this.#timer);
    });
  }

  /** Stops publishing. Throws when a publish failed. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await Promise.all([this.#publishers.shares.flush(), this.#publishers.futures.flush()]);
    if (this.#failure !== null) throw this.#failure;
  }
}
