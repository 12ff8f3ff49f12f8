import type { IncomingMessage, ServerResponse } from 'node:http';
import type { FastifyInstance } from 'fastify';

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
