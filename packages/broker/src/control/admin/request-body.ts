import { parseExactJson } from '@pulsemq/codecs';
import type { FastifyInstance } from 'fastify';
import { ApiError } from './api-error.js';

/** Largest body of most routes. Their texts have at most a thousand characters, and bodies of /login are read without a log-in. */
export const bodyLimitBytes = 65_536;

/** Largest body of a definitions file or a published DataFrame. */
export const largeBodyLimitBytes = 16 * 1_048_576;

/** Accepts JSON bodies only. An empty body counts as none, whatever its type: many programs always send the header. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body, done);
  });
}

/**
 * Accepts JSON bodies, as `readJsonBodies`. Rows in the field `data` keep integers past 2^53, which `JSON.parse` rounds, and a row with
 * one name twice is refused. Text in `data` is parsed only once: it may have 14 MB.
 */
export function readExactRowBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') return done(null, undefined);
    return parse(request, body, (error, value) => {
      if (error !== null || !hasRows(value)) return done(error, value);
      return exactly(body, done);
    });
  });
}

const hasRows = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data);

function exactly(body: string, done: (error: Error | null, value?: unknown) => void): void {
  try {
    done(null, parseExactJson(body));
  } catch (error) {
    done(new ApiError(400, 'BAD_INPUT', `body: ${(error as Error).message}`));
  }
}
