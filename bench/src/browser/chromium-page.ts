import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { type Browser, chromium, type Page } from 'playwright-core';
import { chromiumPath } from '../../../scripts/chromium-path.mjs';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';

const source = fileURLToPath(new URL('../../browser-page/page.mjs', import.meta.url));
const html = '<!doctype html><meta charset="utf-8"><title>bench</title><script type="module" src="/page.js"></script>';
/** An isolated page has clocks of 5 microseconds; in others they have 100. */
const isolation = { 'cross-origin-opener-policy': 'same-origin', 'cross-origin-embedder-policy': 'require-corp' };
const switches = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-background-networking'];

/** True where a Chromium is installed. */
export const hasChromium = (): boolean => chromiumPath() !== undefined;

/** Messages of a page, and when they were counted: milliseconds. */
export interface PageCounts {
  readonly count: number;
  readonly atMs: number;
}

/** A page in Chromium that reads with the client for browsers. */
export class ChromiumPage {
  readonly #server: Server;
  readonly #browser: Browser;
  readonly #page: Page;

  private constructor(server: Server, browser: Browser, page: Page) {
    this.#server = server;
    this.#browser = browser;
    this.#page = page;
  }

  /** Resolves when the page is live. `isStamped`: it records the delay of each message. */
  static async open(address: PeerAddress, isStamped: boolean): Promise<ChromiumPage> {
    const server = await serve();
    const browser = await chromium.launch({ executablePath: chromiumPath()!, args: switches });
    const page = await browser.newPage();
    const opened = new ChromiumPage(server, browser, page);
    try {
      await opened.#subscribe(address, isStamped);
    } catch (error) {
      await opened.close();
      throw error;
    }
    return opened;
  }

  counts(): Promise<PageCounts> {
    return this.#page.evaluate('bench.counts()');
  }

  async reset(): Promise<void> {
    await this.#page.evaluate('bench.reset()');
  }

  delays(): Promise<{ readonly p50Ms: number; readonly p99Ms: number }> {
    return this.#page.evaluate('bench.delays()');
  }

  async #subscribe({ webSocket, token = '' }: PeerAddress, isStamped: boolean): Promise<void> {
    const { port } = this.#server.address() as AddressInfo;
    await this.#page.goto(`http://127.0.0.1:${port}/`);
    await this.#page.waitForFunction('window.bench !== undefined');
    const url = `ws://127.0.0.1:${webSocket!.port}${webSocket!.path}`;
    const given = [url, benchUsername, token, benchNamespace, isStamped ? clockOffsetMs() : null];
    await this.#page.evaluate(`bench.open(...${JSON.stringify(given)})`);
  }

  async close(): Promise<void> {
    await this.#browser.close();
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** How far the monotonic clock, which stamps messages, is behind the wall clock. */
const clockOffsetMs = (): number => performance.timeOrigin + performance.now() - Number(process.hrtime.bigint()) / 1e6;

async function serve(): Promise<Server> {
  const { outputFiles } = await build({
    entryPoints: [source],
    bundle: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
  });
  const script = outputFiles[0]!.contents;
  const server = createServer((request, response) => {
    const isScript = request.url === '/page.js';
    response.writeHead(200, { ...isolation, 'content-type': isScript ? 'text/javascript' : 'text/html' });
    response.end(isScript ? script : html);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
