import type { ApiTopic } from '@pulsemq/protocol';
import { askHistory } from '../../../api/history.js';
import { zoneName } from '../../../format/clock.js';
import type { Bar } from '../../../parts/payload/bars.js';
import { barsOfAnswer, longerBars, publishedBars } from './candle-bars.js';
import { type CandleSource, type ChosenColumns, candleColumns } from './candle-columns.js';
import { type Span, secondsOfLength } from './candle-range.js';

/** Rows that tell which columns a topic has. */
const sampleRowCount = 50;
/** Published bars that are read. A DataFrame of a day of minutes is some hundred of them. */
const publishedRowCount = 20_000;
const candleMaxCount = 5_000;

export interface Candles {
  readonly bars: readonly Bar[];
  /** Whether the span has more than is shown. */
  readonly hasMore: boolean;
}

const asked = ({ namespace, name: pattern }: ApiTopic, { fromMs, toMs }: Span) => ({
  namespace,
  pattern,
  from: new Date(fromMs).toISOString(),
  to: new Date(toMs).toISOString(),
});

/** Reads which columns a topic has in a span. Throws an ApiFailure. */
export async function readSource(topic: ApiTopic, span: Span, signal: AbortSignal): Promise<CandleSource> {
  const { rows } = await askHistory({ ...asked(topic, span), limit: sampleRowCount }, signal);
  return { columns: candleColumns(rows), isPublished: publishedBars(rows) !== undefined };
}

interface Question {
  readonly topic: ApiTopic;
  readonly span: Span;
  readonly length: string;
  readonly chosen: ChosenColumns;
}

/**
 * The candles of a topic in a span: of the prices in its messages, which the broker makes, or the ones that its messages are. Throws an
 * ApiFailure.
 */
export async function readCandles(question: Question, signal: AbortSignal): Promise<Candles> {
  const { topic, span, length } = question;
  const { price, size } = question.chosen;
  if (price === null) {
    const { rows, hasMore } = await askHistory({ ...asked(topic, span), limit: publishedRowCount }, signal);
    return { bars: longerBars(publishedBars(rows) ?? [], secondsOfLength(length), span), hasMore };
  }
  const fields = { every: length, zone: zoneName(), price, size: size ?? undefined, limit: candleMaxCount };
  const { rows, hasMore } = await askHistory({ ...asked(topic, span), ...fields }, signal);
  return { bars: barsOfAnswer(rows, size !== null), hasMore };
}
