import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientPage } from '../client-page/page.js';
import { Broker } from '../support/broker.js';
import { type OpenBrowser, openBrowser } from '../support/chromium.js';
import { ClientPageServer } from '../support/client-page.js';

/** `@pulsemq/client` in a page: log-in by token, snapshot, live messages, DataFrames, a broker that is killed and comes back. */

declare const window: { readonly page: ClientPage };

let broker: Broker;
let server: ClientPageServer;
let browser: OpenBrowser;
let page: Page;
const socketUrls: string[] = [];

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true });
  server = await ClientPageServer.start();
  browser = await openBrowser({ language: 'en', scheme: 'light', size: 'desktop' });
  page = await openPage('127.0.0.1');
});

afterAll(async () => {
  await browser?.close();
  server?.stop();
  await broker?.stop();
});

async function openPage(host: string): Promise<Page> {
  const one = await browser.context.newPage();
  one.on('websocket', (socket) => socketUrls.push(socket.url()));
  await one.goto(server.address(host));
  return one;
}

const optionsOf = (token: string) => ({
  url: `ws://127.0.0.1:${broker.pubPort}/`,
  username: broker.admin.username,
  token,
});

const connect = (from: Page, token = broker.admin.token): Promise<string> =>
  from.evaluate((options) => window.page.connect(options), optionsOf(token));

/** Resolves with the first line of the page's log that matches, behind those that an earlier call has found. */
let readCount = 0;
async function line(pattern: RegExp): Promise<string> {
  const found = await page.waitForFunction(
    ({ source, from }) => {
      const at = window.page.log.findIndex((text, index) => index >= from && new RegExp(source).test(text));
      return at < 0 ? undefined : { at, text: window.page.log[at]! };
    },
    { source: pattern.source, from: readCount },
  );
  const { at, text } = (await found.jsonValue())!;
  readCount = at + 1;
  return text;
}

const publish = async (topic: string, data: unknown, options: object): Promise<void> => {
  const client = await broker.client(broker.admin.username, broker.admin.token);
  await client.publish('market_data', topic, data, options);
  await client.close();
};
const text = { format: 'string' } as const;

test('logs in by its token, and gets the snapshot and then live messages', async () => {
  await publish('sh600519.quote', '1500', text);
  expect(await connect(page)).toBe('connected');
  await page.evaluate(() => window.page.subscribe('market_data'));
  expect(await line(/quote/)).toBe('image sh600519.quote plain "1500"');
  expect(await line(/snapshot/)).toBe('snapshot 1');
  await publish('sh600519.quote', '1501', text);
  expect(await line(/quote/)).toBe('live sh600519.quote plain "1501"');
});

test('loads the codecs with the first DataFrame, and keeps the order while it does', async () => {
  const before = server.requested.length;
  expect(server.requested.filter((name) => name.endsWith('.js'))).toContain('page.js');
  const client = await broker.client(broker.admin.username, broker.admin.token);
  const rows = [{ close: 10.55, volume: 300 }];
  await Promise.all([
    client.publish('market_data', 'a.bar', rows, { format: 'df_pyarrow' }),
    client.publish('market_data', 'a.quote', 'behind it', { format: 'string' }),
  ]);
  expect(await line(/ a\./)).toBe('live a.bar plain {"close":10.55,"volume":300}');
  expect(await line(/ a\./)).toBe('live a.quote plain "behind it"');
  expect(server.requested.slice(before)).toHaveLength(1);

  const many = Array.from({ length: 500 }, (_, index) => ({ close: 10.55, volume: index }));
  for (const compress of ['zlib', 'lz4', 'zstd'] as const) {
    for (const format of ['df_msgpack', 'df_pyarrow'] as const) {
      await client.publish('market_data', 'b.bar', many, { format, compress });
      expect(await line(/ b\.bar/)).toBe(`live b.bar ${compress} {"close":10.55,"volume":0}`);
    }
  }
  await client.close();
});

test('publishes a DataFrame, compressed', async () => {
  const client = await broker.client(broker.admin.username, broker.admin.token);
  const subscription = await client.subscribe('market_data', 'from_page.bar');
  const rows = Array.from({ length: 300 }, (_, index) => ({ close: index / 4 }));
  await page.evaluate((sent) => window.page.publish('market_data', 'from_page.bar', sent), rows);
  const message = (await subscription.receive())!;
  expect([message.compressed, message.format]).toEqual(['zlib', 'df_pyarrow']);
  expect((message.data as { rows(): unknown }).rows()).toEqual(rows);
  await client.close();
});

test('gets the newest value of a fast topic, with the number of updates that it stands for', async () => {
  await page.evaluate(() => window.page.subscribeConflated('market_data', 'fast'));
  const client = await broker.client(broker.admin.username, broker.admin.token);
  await client.publishMany(
    'market_data',
    'fast',
    Array.from({ length: 300 }, (_, index) => String(index + 1)),
    text,
  );
  await client.close();
  await line(/^conflated \d+ 300$/);
  const log = await page.evaluate(() => window.page.log.filter((one) => one.startsWith('conflated ')));
  const counts = log.map((one) => Number(one.split(' ')[1]));
  expect(counts.reduce((sum, count) => sum + count)).toBe(300);
  expect(counts.length).toBeLessThan(100);
});

test('connects again when the broker was killed, and says that messages may be missing', async () => {
  await broker.kill();
  await line(/^disconnected /);
  await broker.up();
  await line(/^reconnected/);
  await publish('sh600519.quote', '1502', text);
  expect(await line(/^gap sh600519/)).toBe('gap sh600519.quote true');
  expect(await line(/ sh600519/)).toBe('live sh600519.quote plain "1502"');
});

test('that takes no messages loses its connection with the value and the limit, and connects again', async () => {
  await page.evaluate(() => window.page.subscribePaused('market_data', 'flood'));
  const client = await broker.client(broker.admin.username, broker.admin.token);
  for (let count = 0; count < 6; count++) await client.publish('market_data', 'flood', new Uint8Array(9_000_000));
  await client.close();
  expect(await line(/^disconnected /)).toMatch(/PMQ_LIMIT_REACHED \d+ bytes wait .* the limit is 33554432 bytes/);
  await line(/^reconnected/);
  expect(await page.evaluate(() => window.page.takeOne())).toBe(1);
});

test('says that codecs cannot be loaded, and goes on with what needs none', async () => {
  const poor = await openPage('127.0.0.1');
  await poor.route('**/payload-codecs*', (route) => route.abort());
  expect(await connect(poor)).toBe('connected');
  await poor.evaluate(() => window.page.subscribe('market_data'));
  await publish('c.bar', [{ close: 1 }], { format: 'df_msgpack' });
  await publish('c.quote', 'plain text', text);
  await poor.waitForFunction(() => window.page.log.some((one) => one.includes('plain text')));
  const log = await poor.evaluate(() => window.page.log);
  expect(log.filter((one) => one.includes('c.quote'))).toEqual(['live c.quote plain "plain text"']);
  expect(log.some((one) => /^error the codecs of DataFrames and compressions could not be loaded: /.test(one))).toBe(
    true,
  );
});

test('a foreign origin and a wrong token are refused, and no token is in a URL', async () => {
  const foreign = await openPage('localhost');
  expect(await connect(foreign)).toMatch(/^PMQ_NOT_CONNECTED: cannot connect to ws:.*server\.allowed_origins/);
  expect(await connect(await openPage('127.0.0.1'), 'not the token')).toMatch(/^PMQ_AUTH_FAILED: /);
  expect(socketUrls.length).toBeGreaterThan(2);
  expect(socketUrls.filter((url) => !/^ws:\/\/127\.0\.0\.1:\d+\/(sub)?$/.test(url))).toEqual([]);
});
