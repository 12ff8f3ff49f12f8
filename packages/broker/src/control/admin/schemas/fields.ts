import { z } from 'zod';

/** Pieces every route's schema is made of. */

/** A number in a path or query, in decimal digits alone: not `0x1`, ` 1` or nothing at all. */
const digits = <Schema extends z.ZodType<number>>(schema: Schema) =>
  z.preprocess((text) => (typeof text === 'string' && /^-?\d{1,20}$/.test(text) ? Number(text) : text), schema);

/** An id in a body, which is JSON and so knows numbers. */
export const bodyId = z.int({ error: 'must be an integer from 1' }).min(1, { error: 'must be an integer from 1' });

/** An id in a path. */
export const id = digits(bodyId).meta({ type: 'integer', minimum: 1, maximum: Number.MAX_SAFE_INTEGER });

export const idParams = z.object({ id });

/** Rows a page may have. */
export const pageLimitMax = 1_000;

/** An integer of a query; `initial` when it is left out. */
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

/** A part of a name to look for. */
export const searchText = z.string().max(200).optional();

const dateForm = /^\d{4}-\d\d-\d\d$/;
const timeForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:\d\d))?$/;

/** The text as the store writes times, or undefined. */
function storedTime(text: string): string | undefined {
  const at = timeForm.test(text) ? new Date(text) : undefined;
  if (at === undefined || Number.isNaN(at.getTime())) return undefined;
  // The 30th of February is read as the 2nd of March.
  const day = new Date(text.slice(0, 10));
  if (Number.isNaN(day.getTime()) || day.toISOString().slice(0, 10) !== text.slice(0, 10)) return undefined;
  const stored = at.toISOString();
  // A zone can lead out of the years that have four digits, and the store compares texts.
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

/** The begin of a time, such as `2026-11-25T09:30:00Z`, or a date: from its first moment on. */
export const timeFrom = timeOf((text) => text);

/** The end of a time; a date: to its last moment. */
export const timeTo = timeOf((text) => (dateForm.test(text) ? `${text}T23:59:59.999Z` : text));

/** `true` or `false` in a query. */
export const queryFlag = z.enum(['true', 'false']).transform((text) => text === 'true');

export const status = (word: string) => z.object({ status: z.literal(word) });

/** Every answer that is not a success. */
export const errorBody = z
  .object({
    error: z.string(),
    code: z.string(),
    details: z.array(z.object({ field: z.string(), problem: z.string() })).optional(),
    request_id: z.string(),
  })
  .meta({ id: 'ApiErrorBody' });

/** The refusals any route may answer with; the OpenAPI document names those that a route has. */
export const refusals = { '4xx': errorBody, 500: errorBody };

/** An answer of server-sent events. */
export const eventStream = (description: string) => ({
  description,
  content: { 'text/event-stream': { schema: z.string() } },
});
