import type { EngineEvent, EngineLink } from '../port.js';

/** What a price feed reports. */
export type Prices = Omit<Extract<EngineEvent, { kind: 'prices' }>, 'kind' | 'feed'>;

/** Topics that a price feed reports, and how often. */
export interface PriceFeedOptions {
  readonly namespace: string;
  readonly pattern: string;
  /** Most updates a second of one topic. */
  readonly maxRate: number;
  readonly maxTopics: number;
}

/** An open feed. */
export interface OpenPriceFeed {
  /** What was reported last has been dealt with. The feed reports no more before. */
  taken(): void;
  close(): void;
}

/** Opens price feeds in the engine, and passes what they report to listeners. */
export class EnginePrices {
  readonly #link: Pick<EngineLink, 'send'>;
  readonly #listeners = new Map<number, (prices: Prices) => void>();
  #lastId = 0;

  constructor(link: Pick<EngineLink, 'send'>) {
    this.#link = link;
  }

  open(options: PriceFeedOptions, listener: (prices: Prices) => void): OpenPriceFeed {
    this.#lastId += 1;
    const feed = this.#lastId;
    this.#listeners.set(feed, listener);
    this.#link.send({ kind: 'pricesOpen', feed, ...options });
    return {
      taken: () => {
        if (this.#listeners.has(feed)) this.#link.send({ kind: 'pricesTaken', feed });
      },
      close: () => {
        if (this.#listeners.delete(feed)) this.#link.send({ kind: 'pricesClose', feed });
      },
    };
  }

  onPrices(event: Extract<EngineEvent, { kind: 'prices' }>): void {
    this.#listeners.get(event.feed)?.(event);
  }
}
