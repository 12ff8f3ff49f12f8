/** How long a chart of candles is, and how long its candles are. */
export const candleRanges = ['1h', '1d', '5d', '30d', '1y'] as const;
export type CandleRange = (typeof candleRanges)[number];

/** The lengths that a range offers, as the broker takes them; the first one is the usual one. None gives more than some thousand candles. */
const lengthsOf: Readonly<Record<CandleRange, readonly string[]>> = {
  '1h': ['1m', '10s', '5m', '15m'],
  '1d': ['5m', '1m', '15m', '1h'],
  '5d': ['30m', '5m', '1h', '4h'],
  '30d': ['4h', '1h', '1d'],
  '1y': ['1d', '4h'],
};

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const rangeMs: Readonly<Record<CandleRange, number>> = {
  '1h': hourMs,
  '1d': dayMs,
  '5d': 5 * dayMs,
  '30d': 30 * dayMs,
  '1y': 365 * dayMs,
};

const unitSeconds: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600, d: 86_400 };

/** Seconds of a length such as `5m`. */
export const secondsOfLength = (length: string): number => Number.parseInt(length, 10) * unitSeconds[length.at(-1)!]!;

/** The lengths of a range, the shortest first. */
export const lengthsFor = (range: CandleRange): readonly string[] =>
  lengthsOf[range].toSorted((one, other) => secondsOfLength(one) - secondsOfLength(other));

/** The chosen length, where the range offers it; else its usual one. */
export const lengthFor = (range: CandleRange, chosen: string | null): string =>
  lengthsOf[range].find((length) => length === chosen) ?? lengthsOf[range][0]!;

/** From the first moment on, up to the last, which does not belong to it; Unix milliseconds. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

export const spanBefore = (range: CandleRange, endMs: number): Span => ({
  fromMs: endMs - rangeMs[range],
  toMs: endMs,
});

/** The end of the range that is `steps` ranges later; null, for now, when the one after it would not be past. */
export function movedEnd(range: CandleRange, endMs: number, steps: number, nowMs: number): number | null {
  const moved = endMs + steps * rangeMs[range];
  return moved > nowMs - rangeMs[range] ? null : moved;
}
