/** A second of an instrument. */
export interface Bar {
  readonly time: Date;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
}

/** Volatility of one step, and how fast it returns to that. */
const calmStep = 0.0004;
const calming = 0.02;
const tick = 0.01;

/** A price that walks at random: quiet and lively times follow each other, and it drifts back to where it began. */
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

  /** Takes one step; the bar of the second that is over, if one is. */
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
      ...{ symbol: this.symbol, time: new Date(nowMs).toISOString() },
      bid: rounded(this.#price - spread / 2),
      ask: rounded(this.#price + spread / 2),
      bid_size: this.#lots(),
      ask_size: this.#lots(),
    };
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
      time: new Date(last.second * 1_000),
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

  /** Normally distributed, after Box and Muller. */
  #normal(): number {
    return Math.sqrt(-2 * Math.log(1 - this.#random())) * Math.cos(2 * Math.PI * this.#random());
  }
}

const rounded = (price: number): number => Math.max(tick, Math.round(price / tick) / (1 / tick));
