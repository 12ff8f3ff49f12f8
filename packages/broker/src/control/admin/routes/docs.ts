import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { OpenAPIV3_1 } from 'openapi-types';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import { contentSecurityPolicy } from '../content-security-policy.js';
import { apiDocument } from '../openapi/api-document.js';
import { docsPage, docsScript, docsStyle } from '../openapi/docs-page.js';
import { refusals } from '../schemas/fields.js';

const swaggerFolder = join(
  dirname(createRequire(import.meta.url).resolve('@fastify/swagger-ui/package.json')),
  'static',
);

const style = 'text/css; charset=utf-8';
const script = 'text/javascript; charset=utf-8';

/** Files of the page `/docs`, by name. */
const files: Record<string, { readonly type: string; readonly open: () => NodeJS.ReadableStream | string }> = {
  'swagger-ui.css': { type: style, open: () => createReadStream(join(swaggerFolder, 'swagger-ui.css')) },
  'swagger-ui-bundle.js': { type: script, open: () => createReadStream(join(swaggerFolder, 'swagger-ui-bundle.js')) },
  'docs.css': { type: style, open: () => docsStyle },
  'docs.js': { type: script, open: () => docsScript },
};

const asIs = (text: unknown): string => String(text);

function serialised(document: OpenAPIV3_1.Document): { json: string; etag: string } {
  const json = JSON.stringify(document);
  return { json, etag: `"${createHash('sha256').update(json).digest('base64url')}"` };
}

/** The OpenAPI document, and the page that shows it. */
export function docsRoutes(app: AdminApp): void {
  /** Built and serialised once, on the first request: it has more than 100 KB, and takes as long as the rest of a start. */
  let document: { readonly json: string; readonly etag: string } | null = null;

  app.get(
    '/api/openapi.json',
    {
      config: { access: 'open' },
      schema: {
        summary: 'Get this API as an OpenAPI document',
        description: 'Made from the schemas that validate requests and answers. The page `/docs` shows it.',
        tags: ['health'],
        response: {
          200: { description: 'The document', content: { 'application/json': { schema: z.any() } } },
          304: z.null().describe('Not modified: the request has the ETag of this document'),
          ...refusals,
        },
      },
    },
    async (request, reply) => {
      document ??= serialised(apiDocument(app));
      const { json, etag } = document;
      reply.header('etag', etag).header('cache-control', 'no-cache');
      if (request.headers['if-none-match'] === etag) return reply.status(304).send(null);
      return reply.type('application/json; charset=utf-8').serializer(asIs).send(json);
    },
  );

  const config = { access: 'open' } as const;
  app.get('/docs', { config, schema: { hide: true } }, (_request, reply) =>
    reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', contentSecurityPolicy)
      .header('referrer-policy', 'no-referrer')
      .send(docsPage),
  );
  app.get(
    '/docs/:file',
    { config, schema: { hide: true, params: z.object({ file: z.string() }) } },
    (request, reply) => {
      const { file } = request.params;
      const found = Object.hasOwn(files, file) ? files[file] : undefined;
      if (found === undefined) return reply.callNotFound();
      return reply.type(found.type).header('cache-control', 'public, max-age=3600').send(found.open());
    },
  );
}
