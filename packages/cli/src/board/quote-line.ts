import { plainText } from '../output/plain-text.js';
import type { Quote } from './quote.js';
import { changeText, priceText, volumeText } from './quote-text.js';

/** A quote as a line: `10:31:02 sz000651 last 10.55 change +0.10 +0.96% bid 10.54 ask 10.56 volume 1,200`. */
export function quoteLine(quote: Quote): string {
  const time = new Date().toTimeString().slice(0, 8);
  const cells = [
    ['last', priceText(quote.last)],
    ['change', changeText(quote)],
    ['bid', priceText(quote.bid)],
    ['ask', priceText(quote.ask)],
    ['volume', volumeText(quote.volume)],
  ].map(([name, text]) => `${name} ${text}`);
  const mark = quote.mark === '' ? '' : ` ${quote.mark}`;
  return `${time} ${plainText(quote.symbol)} ${cells.join(' ')}${mark}`;
}

/** A quote as one JSON object. */
export const quoteJson = ({
  symbol,
  topic,
  last,
  change,
  changePercent,
  bid,
  ask,
  volume,
  ageMs,
  mark,
}: Quote): string =>
  JSON.stringify({
    symbol,
    topic,
    last: last ?? null,
    change: change ?? null,
    change_percent: changePercent ?? null,
    bid: bid ?? null,
    ask: ask ?? null,
    volume: volume ?? null,
    age_ms: ageMs ?? null,
    mark,
  });
