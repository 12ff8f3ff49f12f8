/** A one-second bar. */
export interface Bar {
  /** ISO 8601 in UTC. A DataFrame in MessagePack cannot hold the zone of a time. */
  readonly time: string;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Volatility of one step in quiet times. */
const calmStep = 0.0004;
/** Share of the way back to quiet times that each step takes. */
const calming = 0.02;
/** Smallest price difference. */
const tick = 0.01;

const depthLevelCount = 20;

/** A random walk of a price. Quiet and lively times alternate, and the price drifts back to where it started. */
export class Instrument {
  readonly symbol: string;
  readonly #random: () => number;
  readonly #startPrice: number;
  #price: number;
  #step = calmStep;
  #bar: { second: number; open: number; high: number; low: number; close: number; volume: number } | null = null;

  constructor(symbol: string, random: () => number) {
    this.symbol = symbol;
    this.#random = random;
    this.#startPrice = 5 * 10 ** (random() * 1.8);
    this.#price = this.#startPrice;
  }

  /** Takes one step. Returns the bar of the previous second when this step begins a new one, else null. */
  move(nowMs: number): Bar | null {
    this.#step = Math.max(
      calmStep / 4,
      this.#step + calming * (calmStep - this.#step) + calmStep * 0.2 * this.#normal(),
    );
    const back = 0.0005 * Math.log(this.#startPrice / this.#price);
    this.#price = Math.max(tick, this.#price * Math.exp(back + this.#step * this.#normal()));
    return this.#count(nowMs);
  }

  quote(nowMs: number): object {
    const spread = tick * (1 + Math.floor(this.#random() * 3));
    return {
      symbol: this.symbol,
      time: new Date(nowMs).toISOString(),
      last: rounded(this.#price),
      bid: rounded(this.#price - spread / 2),
      ask: rounded(this.#price + spread / 2),
      bid_size: this.#lots(),
      ask_size: this.#lots(),
      prev_close: rounded(this.#startPrice),
    };
  }

  /** The order book: prices and sizes of 20 levels on each side, the best first. */
  depth(nowMs: number): object {
    const side = (direction: 1 | -1): [price: number, size: number][] =>
      Array.from({ length: depthLevelCount }, (_, level) => [
        rounded(this.#price + direction * tick * (level + 1)),
        this.#lots(),
      ]);
    return { symbol: this.symbol, time: new Date(nowMs).toISOString(), bids: side(-1), asks: side(1) };
  }

  trade(nowMs: number): object {
    const size = this.#lots();
    if (this.#bar !== null) this.#bar.volume += size;
    return { symbol: this.symbol, time: new Date(nowMs).toISOString(), price: rounded(this.#price), size };
  }

  #count(nowMs: number): Bar | null {
    const second = Math.floor(nowMs / 1_000);
    const price = rounded(this.#price);
    const last = this.#bar;
    if (last !== null && last.second === second) {
      last.high = Math.max(last.high, price);
      last.low = Math.min(last.low, price);
      last.close = price;
      return null;
    }
    this.#bar = { second, open: last?.close ?? price, high: price, low: price, close: price, volume: 0 };
    if (last === null) return null;
    const { open, high, low, close, volume } = last;
    return {
      time: new Date(last.second * 1_000).toISOString(),
      open,
      high: Math.max(open, high),
      low: Math.min(open, low),
      close,
      volume,
    };
  }

  #lots(): number {
    return 100 * (1 + Math.floor(this.#random() ** 3 * 200));
  }

  /** A normally distributed number, by the Box-Muller transform. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

const rounded = (price: number): number => Math.max(tick, Math.round(price / tick) / (1 / tick));
