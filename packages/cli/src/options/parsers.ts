import { InvalidArgumentError } from 'commander';

/** Parsers of option values. Commander prints their errors together with the option and the value. */

/** A whole number within a range. */
export const integer =
  (min: number, max: number) =>
  (text: string): number => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Expected a whole number from ${min} to ${max}.`);
  };

export const port = integer(1, 65_535);

/** A count of at least 1. */
export const count = integer(1, Number.MAX_SAFE_INTEGER);

/** A number above 0, which may have a fraction. */
export function positive(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0) return value;
  throw new InvalidArgumentError('Expected a number above 0.');
}

const unitMs: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** The longest delay of a Node timer, 24.8 days; with a longer one it fires at once. */
const timerMaxMs = 2_147_483_647;

/** A duration such as `500ms`, `30s`, `5m` or `1h`, in milliseconds. A number without a unit means seconds. */
export function duration(text: string): number {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text);
  const valueMs = match === null ? 0 : Number(match[1]) * unitMs[match[2] ?? 's']!;
  if (valueMs > 0 && valueMs <= timerMaxMs) return valueMs;
  throw new InvalidArgumentError('Expected a duration such as 500ms, 30s, 5m or 1h, at most 24 days.');
}

/** Collects an option that may be given several times. */
export const repeated = (text: string, previous: readonly string[] = []): readonly string[] => [...previous, text];
