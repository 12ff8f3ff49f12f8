import type { PayloadFormat } from '@pulsemq/client';
import { type Bar, Instrument } from './instrument.js';

/** One message of the market. */
export interface MarketMessage {
  readonly topic: string;
  readonly data: string | readonly Bar[];
  readonly format: PayloadFormat;
  readonly isTrade: boolean;
}

interface MarketOptions {
  readonly hasDepth?: boolean;
  readonly random?: () => number;
}

/** Share of quotes that an order book follows. */
const depthShare = 0.2;
/** Share of quotes that a trade follows. */
const tradeShare = 0.3;

/** Instruments, each a random walk of its own. */
export class Market {
  readonly symbols: readonly string[];
  readonly #hasDepth: boolean;
  readonly #instruments: readonly Instrument[];
  readonly #random: () => number;

  /** With `hasDepth` there are order books too. `random` returns numbers from 0 to 1, as Math.random does. */
  constructor(symbolCount: number, { hasDepth = false, random = Math.random }: MarketOptions = {}) {
    this.#hasDepth = hasDepth;
    this.#random = random;
    this.#instruments = Array.from({ length: symbolCount }, (_, index) => new Instrument(symbolOf(index), random));
    this.symbols = this.#instruments.map(({ symbol }) => symbol);
  }

  /** The next messages of one instrument: a quote, sometimes a trade, and a bar when its second is over. */
  step(nowMs: number): MarketMessage[] {
    // The square makes the first instruments busier than the last.
    const instrument = this.#instruments[Math.floor(this.#random() ** 2 * this.#instruments.length)]!;
    const messages: MarketMessage[] = [];
    const bar = instrument.move(nowMs);
    if (bar !== null) messages.push(message(instrument, 'bar.1s', [bar], 'df_msgpack'));
    messages.push(message(instrument, 'quote', JSON.stringify(instrument.quote(nowMs)), 'string'));
    if (this.#random() < tradeShare) {
      messages.push(message(instrument, 'trade', JSON.stringify(instrument.trade(nowMs)), 'string'));
    }
    if (this.#hasDepth && this.#random() < depthShare) {
      messages.push(message(instrument, 'depth', JSON.stringify(instrument.depth(nowMs)), 'string'));
    }
    return messages;
  }
}

const message = (
  { symbol }: Instrument,
  name: string,
  data: string | readonly Bar[],
  format: PayloadFormat,
): MarketMessage => ({ topic: `${symbol}.${name}`, data, format, isTrade: name === 'trade' });

/** Codes in the form of the Shenzhen and Shanghai exchanges. */
const symbolOf = (index: number): string =>
  index % 2 === 0 ? `sz${String(1 + index * 37).padStart(6, '0')}` : `sh${600_000 + index * 53}`;
