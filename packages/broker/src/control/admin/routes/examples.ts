import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { z } from 'zod';
import type { AdminApp } from '../admin-app.js';
import { contentSecurityPolicy } from '../content-security-policy.js';

/** Types of the files of a built page. Nothing else is served. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

/** Names of built files. No path leads out of the folder. */
const name = z.string().regex(/^[\w-][\w.-]*$/);

/** The pages connect to the publisher port, which is another origin. */
const policy = contentSecurityPolicy.replace("connect-src 'self'", "connect-src 'self' ws: wss:");

/** Serves the example pages of a demo at `/examples/NAME/`, each a folder of built files. Their users log in at the broker. */
export function exampleRoutes(app: AdminApp, folder: string | null): void {
  if (folder === null) return;
  const config = { access: 'open' } as const;
  const schema = { hide: true, params: z.object({ example: name, file: name.optional() }) };
  for (const [place, inner] of [
    ['', ''],
    [':file', ''],
    ['assets/:file', 'assets'],
  ] as const) {
    app.get(`/examples/:example/${place}`, { config, schema }, async (request, reply) => {
      const { example, file = 'index.html' } = request.params;
      const type = types[extname(file)];
      const bytes = type === undefined ? undefined : await bytesOf(join(folder, example, inner, file));
      if (bytes === undefined) return reply.callNotFound();
      return reply
        .header('content-security-policy', policy)
        .header('referrer-policy', 'no-referrer')
        .type(type!)
        .send(bytes);
    });
  }
}

/** Undefined for a file that is not there. */
async function bytesOf(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EISDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw error;
  }
}
