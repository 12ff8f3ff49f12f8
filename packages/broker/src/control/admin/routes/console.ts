import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import { contentSecurityPolicy } from '../content-security-policy.js';

/** Folder of the console's built files, or undefined when the console is not installed or not built. */
function consoleFolder(): string | undefined {
  try {
    const manifest = createRequire(import.meta.url).resolve('@pulsemq/console/package.json');
    const folder = join(dirname(manifest), 'dist');
    return existsSync(join(folder, 'index.html')) ? folder : undefined;
  } catch {
    // Not installed: the broker also works without a console.
    return undefined;
  }
}

/** Serves the console at `/`: the page, and files whose names contain a hash of their content. */
export async function consoleRoutes(app: AdminApp): Promise<void> {
  const root = consoleFolder();
  if (root === undefined) return;
  await app.register(fastifyStatic, {
    root,
    serve: false,
    preCompressed: true,
    cacheControl: false,
    setHeaders: (response, path) => {
      response.setHeader('content-security-policy', contentSecurityPolicy);
      response.setHeader('referrer-policy', 'no-referrer');
      if (path.includes('assets')) response.setHeader('cache-control', 'public, max-age=31536000, immutable');
    },
  });
  const config = { access: 'open' } as const;
  const schema = { hide: true, params: z.object({ file: z.string() }) };
  app.get('/', { config, schema: { hide: true } }, (_request, reply) => reply.sendFile('index.html'));
  for (const folder of ['', 'assets/']) {
    app.get(`/${folder}:file`, { config, schema }, (request, reply) => {
      const { file } = request.params;
      if (!plainName.test(file)) return reply.callNotFound();
      // Otherwise the `no-store` that every answer has would replace the header that is set for built files.
      return reply.removeHeader('cache-control').sendFile(folder + file);
    });
  }
}

/** Names of built files. Nothing else is served, so no path leads out of the folder. */
const plainName = /^[\w-][\w.-]*$/;
