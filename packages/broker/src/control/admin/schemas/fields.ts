import { z } from 'zod';

/** Fields that the schemas of several routes share. */

/** A number in a path or query, written in decimal digits only: not `0x1`, ` 1` or an empty text. */
const digits = <Schema extends z.ZodType<number>>(schema: Schema) =>
  z.preprocess((text) => (typeof text === 'string' && /^-?\d{1,20}$/.test(text) ? Number(text) : text), schema);

/** An id in a JSON body. */
export const bodyId = z.int({ error: 'must be an integer from 1' }).min(1, { error: 'must be an integer from 1' });

/** An id in a path. */
export const id = digits(bodyId).meta({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const idParams = z.object({ id });

/** Id of a connection in a path, such as `s12`. */
export const connectionId = z.string().max(30);

/** Maximum rows of a page. */
export const pageLimitMax = 1_000;

/** An integer in a query; `initial` when it is missing. */
export const integer = (min: number, max: number, initial: number) => {
  const error = `must be an integer from ${min} to ${max}`;
  return digits(z.int({ error }).min(min, { error }).max(max, { error }))
    .default(initial)
    .meta({ type: 'integer', minimum: min, maximum: max, 'x-default': initial });
};

/** `limit` and `offset` of lists; the total is in the header `X-Total-Count`. */
export const page = {
  limit: integer(1, pageLimitMax, 100),
  offset: integer(0, 1_000_000_000, 0),
};

/** Part of a name to search for. */
export const searchText = z.string().max(200).optional();

const dateForm = /^\d{4}-\d\d-\d\d$/;
const timeForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A time as the store writes it; undefined when the text is not a time. */
function storedTime(text: string): string | undefined {
  const at = timeForm.test(text) ? new Date(text) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) return undefined;
  // `Date` reads 30 February as 2 March.
  const day = new Date(text.slice(0, 10));
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  const stored = at.toISOString();
  // A time zone can move the year past four digits, and the store compares times as texts.
  return stored.length === 24 ? stored : undefined;
}

const timeOf = (complete: (text: string) => string) =>
  z
    .string()
    .refine((text) => storedTime(complete(text)) !== undefined, {
      error: 'must be a time such as 2026-11-25T09:30:00Z, or a date',
    })
    .transform((text) => storedTime(complete(text))!)
    .meta({ type: 'string', format: 'date-time' });

/** Start of a time range, such as `2026-11-25T09:30:00Z`. A date stands for its first moment. */
export const timeFrom = timeOf((text) => text);

/** End of a time range. A date stands for its last moment. */
export const timeTo = timeOf((text) => (dateForm.test(text) ? `${text}T23:59:59.999Z` : text));

/** `true` or `false` in a query. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

/** Ids in a query, separated by commas. */
export const idList = (maxCount: number) => {
  const error = `must be 1 to ${maxCount} ids, separated by commas`;
  return z
    .string()
    .max(maxCount * 17)
    .refine((text) => /^[1-9]\d{0,14}(,[1-9]\d{0,14})*$/.test(text) && text.split(',').length <= maxCount, { error })
    .transform((text) => [...new Set(text.split(',').map(Number))])
    .meta({ type: 'string', pattern: '^[1-9][0-9]{0,14}(,[1-9][0-9]{0,14})*$' });
};

export const status = (word: string) => z.object({ status: z.literal(word) });

/** Says what a change that takes rights away does while the store cannot be written. */
export const keptNote = (change: string): string =>
  `${change} acts at once also while the store cannot be written; then the answer is 202 with \`stored: false\`, and the change is stored later.`;

/** Answer to a change that acts and waits to be stored. */
export const keptStatus = (word: string) => ({
  description: 'The change acts now. The store cannot be written; the change is kept in a file until it can',
  content: { 'application/json': { schema: z.object({ status: z.literal(word), stored: z.literal(false) }) } },
});

/** Every answer that is not a success. */
export const errorBody = z
  .object({
    error: z.string(),
    code: z.string(),
    details: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
    request_id: z.string(),
  })
  .meta({ id: 'ApiErrorBody' });

/** Errors of any route. The OpenAPI document names the statuses that each route can answer. */
export const refusals = { '4xx': errorBody, 500: errorBody, 503: errorBody };

/** An answer that is a stream of server-sent events. */
export const eventStream = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: z.string() } },
});
