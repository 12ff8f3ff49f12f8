import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const source = fileURLToPath(new URL('../client-page/page.ts', import.meta.url));
const html = '<!doctype html><meta charset="utf-8"><title>client</title><script type="module" src="/page.js"></script>';
/** The page may load nothing but its own files, and connect anywhere. */
const policy = "default-src 'none'; script-src 'self'; connect-src *";

/** A web server with a page that was bundled as a program of a desk is, codecs in files of their own. */
export class ClientPageServer {
  readonly #server: Server;
  /** Names of the files that were asked for. */
  readonly requested: string[] = [];

  private constructor(files: ReadonlyMap<string, Uint8Array>) {
    this.#server = createServer((request, response) => {
      const name = basename(request.url ?? '/');
      this.requested.push(name);
      const script = files.get(name);
      const isKnown = script !== undefined || name === '';
      response.writeHead(isKnown ? 200 : 404, {
        'content-type': script === undefined ? 'text/html' : 'text/javascript',
        'content-security-policy': policy,
      });
      response.end(script ?? (isKnown ? html : ''));
    });
  }

  static async start(): Promise<ClientPageServer> {
    const { outputFiles } = await build({
      entryPoints: [source],
      outdir: 'bundle',
      bundle: true,
      splitting: true,
      minify: true,
      write: false,
      format: 'esm',
      platform: 'browser',
    });
    const one = new ClientPageServer(new Map(outputFiles.map(({ path, contents }) => [basename(path), contents])));
    one.#server.listen(0);
    await once(one.#server, 'listening');
    return one;
  }

  /** The page by a name of this machine: `127.0.0.1`, or `localhost`, which is another origin. */
  address(host: string): string {
    return `http://${host}:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}
