import { z } from 'zod';
import type { BarSettings } from '../../history/bars/bar-settings.js';
import { historyColumnMaxCount, historyFormats, historyRowMaxCount } from '../../history/history-job.js';
import { badInput } from '../api-error.js';
import { barLength } from './bar-length.js';
import { integer } from './fields.js';
import { topicPattern } from './messages.js';
import { namespaceName } from './namespaces.js';
import { strictQuery } from './strict-query.js';
import { timeZone } from './time-zone.js';

const timeForm = /^(\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d)?)(?:\.(\d{1,6})\d{0,3})?(Z|[+-]\d\d:\d\d)$/;
const dateForm = /^\d{4}-\d\d-\d\d$/;
const dayMs = 86_400_000;

/** Unix microseconds of a time or date; undefined for another text. */
function microsecondsOf(text: string): number | undefined {
  const match = timeForm.exec(text);
  const [whole, fraction] = match === null ? [text, ''] : [`${match[1]}${match[3]}`, match[2] ?? ''];
  if (match === null && !dateForm.test(text)) return undefined;
  const ms = Date.parse(whole);
  // `Date` reads 30 February as 2 March.
  const day = Date.parse(text.slice(0, 10));
  if (Number.isNaN(ms) || Number.isNaN(day) || new Date(day).toISOString().slice(0, 10) !== text.slice(0, 10)) {
    return undefined;
  }
  return ms * 1_000 + Number(fraction.padEnd(6, '0'));
}

const error = 'must be a time such as 2026-11-25T09:30:00.000001Z, or a date';

const time = (complete: (us: number, isDate: boolean) => number) =>
  z
    .string()
    .max(40)
    .refine((text) => microsecondsOf(text) !== undefined, { error })
    .transform((text) => complete(microsecondsOf(text)!, dateForm.test(text)))
    .optional()
    .meta({ type: 'string', format: 'date-time' });

const columns = z
  .string()
  .min(1)
  .max(4_000)
  .refine((text) => new Set(text.split(',')).size === text.split(',').length, { error: 'has a column twice' })
  .refine((text) => !text.split(',').includes(''), { error: 'has a name without characters' })
  .refine((text) => text.split(',').length <= historyColumnMaxCount, {
    error: `at most ${historyColumnMaxCount} columns can be chosen`,
  })
  .transform((text) => text.split(','))
  .optional()
  .meta({ type: 'string', minLength: 1, maxLength: 4_000 });

const columnName = z.string().min(1).max(200).optional();

/** The query of `GET /api/history`. */
export const historyQuery = strictQuery({
  namespace: namespaceName,
  pattern: topicPattern.default('>'),
  from: time((us) => us),
  to: time((us, isDate) => (isDate ? us + dayMs * 1_000 : us)),
  from_sequence: integer(0, Number.MAX_SAFE_INTEGER, 0),
  to_sequence: integer(0, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER),
  columns,
  every: barLength.optional(),
  zone: timeZone.optional(),
  price: columnName,
  size: columnName,
  limit: integer(1, historyRowMaxCount, 1_000),
  format: z.enum(historyFormats).default('json'),
});

/** The bars that a query asks for; null without `every`. Throws an ApiError for fields that do not go together. */
export function barsOf({
  every,
  zone,
  price,
  size,
  columns: chosen,
}: z.output<typeof historyQuery>): BarSettings | null {
  if (every !== undefined) {
    if (chosen !== undefined)
      throw badInput('query.columns', 'cannot be combined with every; choose with price and size');
    return { everySeconds: every, zone: zone ?? 'UTC', price: price ?? 'price', size: size ?? null };
  }
  for (const [name, value] of Object.entries({ zone, price, size })) {
    if (value !== undefined) throw badInput(`query.${name}`, 'needs every, such as every=1m');
  }
  return null;
}
