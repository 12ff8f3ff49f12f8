import type { CallOptions } from '../abort.js';
import { badOption, integer } from '../option-checks.js';

/** Which messages `history` reads, and as what. */
export interface HistoryOptions extends CallOptions {
  /** First time of receipt: a Date, or ISO 8601 with up to six digits after the second; a date stands for its first moment. Default: the oldest. */
  readonly from?: Date | string;
  /** End of the time, not included; a date stands for its whole day. Default: the newest. */
  readonly to?: Date | string;
  /** Maximum rows or bars, up to 1,000,000. Default 1,000. */
  readonly limit?: number;
  /** Columns of the payloads, in the order of the answer. Default: all. Not with `every`. */
  readonly columns?: readonly string[];
  /** Bars of this length instead of rows: `1s`, `5m`, `1h`, `1d` or another that divides a day. */
  readonly every?: string;
  /** With `every`: the column with the price. Default `price`. */
  readonly price?: string;
  /** With `every`: the column whose sum is the volume. Default: no volume. */
  readonly size?: string;
  /** With `every`: time zone whose midnight begins a day, such as `Asia/Shanghai`. Default `UTC`. */
  readonly zone?: string;
  /** Time for the whole answer. Default 130,000 ms, after the broker has given up. */
  readonly timeoutMs?: number;
}

const rowMaxCount = 1_000_000;
const timeMaxMs = 2_147_483_647;

/** Fields of the query. Throws a PulseMQError `PMQ_BAD_OPTION` for what the broker could not read. */
export function historyQuery(namespace: string, pattern: string, options: HistoryOptions): URLSearchParams {
  const { from, to, limit, columns, every, price, size, zone } = options;
  const given = {
    from: timeText('from', from),
    to: timeText('to', to),
    limit: limit === undefined ? undefined : String(integer('limit', limit, 1, rowMaxCount)),
    columns: columnsText(columns),
    every,
    price,
    size,
    zone,
  };
  const query = new URLSearchParams({ namespace, pattern, format: 'arrow' });
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined) continue;
    if (typeof value !== 'string') throw badOption(name, value, 'a string');
    query.set(name, value);
  }
  return query;
}

export const timeoutOf = ({ timeoutMs = 130_000 }: HistoryOptions): number =>
  integer('timeoutMs', timeoutMs, 1, timeMaxMs);

function timeText(name: string, time: Date | string | undefined): string | undefined {
  if (time === undefined || typeof time === 'string') return time;
  if (!(time instanceof Date)) throw badOption(name, time, 'a Date, or a text such as 2026-11-30T09:30:00Z');
  if (Number.isNaN(time.getTime())) throw badOption(name, time, 'a Date or a string');
  return time.toISOString();
}

function columnsText(columns: readonly string[] | undefined): string | undefined {
  if (columns === undefined) return undefined;
  const isList = Array.isArray(columns) && columns.every((name) => typeof name === 'string' && !name.includes(','));
  if (!isList || columns.length === 0) throw badOption('columns', columns, 'a list of names without commas');
  return columns.join(',');
}
