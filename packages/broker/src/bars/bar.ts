/** The prices of one topic in one interval. */
export interface Bar {
  readonly topic: string;
  /** Unix microseconds. */
  readonly startUs: number;
  /** The first price. */
  readonly open: number;
  high: number;
  low: number;
  /** The last price. */
  close: number;
  /** Sum of the sizes. */
  volume: number;
  /** Prices in the bar. */
  count: number;
}

/** A bar before its first price is added. */
export const newBar = (topic: string, startUs: number, price: number): Bar => ({
  topic,
  startUs,
  open: price,
  high: price,
  low: price,
  close: price,
  volume: 0,
  count: 0,
});

/** Adds the next price to a bar. */
export function addPrice(bar: Bar, price: number, size: number): void {
  if (price > bar.high) bar.high = price;
  if (price < bar.low) bar.low = price;
  bar.close = price;
  bar.volume += size;
  bar.count++;
}

/** A bar whose prices need not come in the order of their times. */
export interface TimedBar extends Omit<Bar, 'open'> {
  open: number;
  /** Times of the prices that are `open` and `close`, Unix microseconds. */
  openUs: number;
  closeUs: number;
}

/** Adds a price of a time. Of prices with the same time, the first that comes opens the bar and the last closes it. */
export function addTimedPrice(bar: TimedBar, price: number, size: number, timeUs: number): void {
  const { close } = bar;
  addPrice(bar, price, size);
  if (timeUs < bar.closeUs) bar.close = close;
  else bar.closeUs = timeUs;
  if (timeUs >= bar.openUs) return;
  bar.open = price;
  bar.openUs = timeUs;
}
