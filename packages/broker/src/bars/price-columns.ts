import type { BarRule } from '@pulsemq/protocol';

/** Names that feeds use, the best first, in lower case and without spaces, dashes and underscores: those of the Prices board, and sizes of trades. */
const priceNames = [
  ...['last', 'lastprice', 'lastpx', 'price', 'px', 'tradeprice', '最新价', '最新', '现价', '成交价', '价格'],
  ...['close', 'closeprice', '收盘', '收盘价', 'mid', 'value'],
];
const sizeNames = [
  ...['size', 'lastsize', 'tradesize', 'qty', 'quantity', 'lastqty', 'volume', 'vol'],
  ...['成交量', '数量', '现手'],
];

const plain = (name: string): string => name.toLowerCase().replaceAll(/[\s_-]/g, '');

/** Places of the columns of a rule among those of a message; -1 for one that the message does not have. */
export interface PricePlaces {
  readonly price: number;
  readonly size: number;
  readonly time: number;
}

/** Finds the columns that bars are made of: the chosen ones, else by their names. */
export class PriceColumns {
  readonly #rule: Pick<BarRule, 'price' | 'size' | 'time'>;
  /** Messages of one feed mostly have the same columns: they are looked up when they change. */
  #names: readonly string[] = [];
  #places: PricePlaces = { price: -1, size: -1, time: -1 };

  constructor(rule: Pick<BarRule, 'price' | 'size' | 'time'>) {
    this.#rule = rule;
  }

  placesIn(names: readonly string[]): PricePlaces {
    if (!isSame(names, this.#names)) {
      const { price, size, time } = this.#rule;
      this.#names = names;
      this.#places = {
        price: placeOf(names, price, priceNames),
        size: placeOf(names, size, sizeNames),
        time: time === null ? -1 : names.lastIndexOf(time),
      };
    }
    return this.#places;
  }
}

/** A DataFrame may have two columns of one name: the last one counts. */
function placeOf(names: readonly string[], chosen: string | null, known: readonly string[]): number {
  if (chosen !== null) return names.lastIndexOf(chosen);
  const plainNames = names.map(plain);
  const found = known.find((name) => plainNames.includes(name));
  return found === undefined ? -1 : plainNames.lastIndexOf(found);
}

const isSame = (left: readonly string[], right: readonly string[]): boolean =>
  left.length === right.length && left.every((name, index) => name === right[index]);
