import type { IncomingMessage, ServerResponse } from 'node:http';
import { parseExactJson } from '@pulsemq/codecs';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ApiError } from './api-error.js';

/** Largest body of most routes. It is small, because texts are short and everybody may send a body to /login. */
export const bodyLimitBytes = 65_536;

/** Largest body of a definitions file or a published DataFrame. */
export const largeBodyLimitBytes = 16 * 1_048_576;

/** Accepts JSON bodies only. An empty body counts as absent even with a Content-Type, because many programs always send that header. */
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
  app.addContentTypeParser<string>(
    'application/json',
    { parseAs: 'string' },
    async (request: FastifyRequest, body: string) => {
      if (body === '') return undefined;
      const value = await new Promise((resolve, reject) => {
        parse(request, body, (error, parsed) => (error === null ? resolve(parsed) : reject(error)));
      });
      return hasRows(value) ? readExactRows(body) : value;
    },
  );
}

const hasRows = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && 'data' in value && Array.isArray(value.data);

/** Parses a body with rows. Throws 400 for a text that is not JSON, and for a row with one name twice. */
export function readExactRows(body: string): unknown {
  try {
    return parseExactJson(body);
  } catch (error) {
    throw new ApiError(400, 'BAD_INPUT', `body: ${(error as Error).message}`);
  }
}

/**
 * Sends `100 Continue` after the checks that come before the body. A request that fails them gets its refusal instead, and need not
 * send its body (RFC 9110, section 10.1.1).
 */
export function continueAfterChecks(app: FastifyInstance): void {
  const waiting = new WeakSet<ServerResponse>();
  app.server.on('checkContinue', (request: IncomingMessage, response: ServerResponse) => {
    waiting.add(response);
    app.server.emit('request', request, response);
  });
  app.addHook('preParsing', async (_request, reply) => {
    if (waiting.delete(reply.raw)) reply.raw.writeContinue();
  });
}
