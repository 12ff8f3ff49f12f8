import type { FastifyInstance } from 'fastify';

/** Largest body of most routes, bytes: their texts have a thousand characters at most. Read before anybody has logged in. */
export const bodyLimitBytes = 65_536;

/** Largest body where it is a definitions file or a published DataFrame, bytes. */
export const largeBodyLimitBytes = 16 * 1_048_576;

/** Bodies are JSON and nothing else. One that is empty is none, whatever its type says: many programs always send the type. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else parse(request, body, done);
  });
}
