import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { axeFaults } from '../support/axe.js';
import { type OpenBrowser, openBrowser } from '../support/chromium.js';
import { Demo } from '../support/demo.js';

/**
 * The price board of examples/board, as `pulsemq demo --serve` serves it: log-in, prices, candles, a demo that is killed and comes back, a slow tab.
 * It reaches the broker through the port that it comes from.
 */

let demo: Demo;
let browser: OpenBrowser;
let page: Page;
const faults: string[] = [];

beforeAll(async () => {
  demo = await Demo.start();
  browser = await openBrowser({ language: 'en', scheme: 'dark', size: 'desktop' });
  page = await browser.context.newPage();
  page.setDefaultTimeout(15_000);
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    // The browser itself says that the broker is away.
    if (message.type() === 'error' && !message.text().includes('WebSocket connection')) faults.push(message.text());
  });
  await page.goto(demo.boardAddress);
});

afterAll(async () => {
  await browser?.close();
  await demo?.stop();
});

const status = (text: string | RegExp): Promise<void> => page.getByRole('status').getByText(text).waitFor();
const prices = (): Promise<string[]> => page.locator('tbody td:nth-child(2)').allInnerTexts();

/** Resolves when a price differs from those that were shown. */
async function pricesMove(): Promise<void> {
  const before = await prices();
  await expect.poll(prices, { timeout: 15_000 }).not.toEqual(before);
}

async function logIn(token: string, tab = page): Promise<void> {
  await tab.getByLabel('Token').fill(token);
  await tab.getByRole('button', { name: 'Log in' }).click();
}

/** The last price of the topic `slow.quote`, as a tab shows it. */
const slowPrice = (tab: Page) => tab.locator('tr', { hasText: 'slow' }).locator('td:nth-child(2)');

/** Blocks the main thread of a tab until the returned function is called: it waits for an answer. */
async function block(tab: Page): Promise<() => Promise<void>> {
  let answer = (): void => {};
  const isAsked = new Promise<void>((resolve) => {
    void tab.route('**/hold', async (route) => {
      resolve();
      await new Promise<void>((go) => {
        answer = go;
      });
      await route.fulfill({ body: 'go on' });
    });
  });
  const blocked = tab.evaluate(() => {
    const request = new XMLHttpRequest();
    request.open('GET', '/hold', false);
    request.send();
  });
  await isAsked;
  return async () => {
    answer();
    await blocked;
  };
}

/** Every text that the price of `slow.quote` gets from now on, in order. */
const watchSlowPrice = (tab: Page): Promise<void> =>
  slowPrice(tab).evaluate((cell) => {
    const seen: string[] = [];
    Object.assign(window, { seen });
    const watched = { characterData: true, childList: true, subtree: true };
    new MutationObserver(() => seen.push(cell.textContent ?? '')).observe(cell, watched);
  });

test('a wrong token is refused; the right one shows every price, and then live ones', async () => {
  await logIn('not the token');
  await page.getByRole('alert').waitFor();
  await logIn(demo.token);
  await status('Live');
  await expect.poll(async () => (await prices()).length, { timeout: 15_000 }).toBe(20);
  await pricesMove();
  expect(await axeFaults(page)).toEqual([]);
});

test('the candles of a symbol grow', async () => {
  await page.getByRole('button', { name: 'sz000001' }).click();
  await page.getByRole('heading', { name: 'sz000001' }).waitFor();
  await page.getByText(/^([3-9]|\d\d+) bars$/).waitFor();
  expect(await page.locator('canvas').count()).toBeGreaterThan(0);
  await page.screenshot({ path: join(import.meta.dirname, '../screenshots/board.png') });
});

test('a demo that is killed and comes back: prices are marked as old, and go on', async () => {
  await demo.kill();
  await status(/^Reconnecting/);
  await page.locator('tr.old').first().waitFor();
  await demo.up();
  await status('Live');
  await page.locator('tr.old').first().waitFor({ state: 'detached' });
  await pricesMove();
  expect(faults).toEqual([]);
});

test('a tab whose main thread is blocked gets the newest price afterwards, and no other tab waits for it', async () => {
  const slow = await browser.context.newPage();
  await slow.goto(demo.otherBoardAddress);
  await logIn(demo.token, slow);
  const feed = await demo.client();
  const quote = (last: number) => ({ last, bid: last, ask: last, prev_close: 100 });
  const options = { format: 'df_msgpack' } as const;
  await feed.publish('demo', 'slow.quote', [quote(1)], options);
  for (const tab of [page, slow]) await slowPrice(tab).getByText('1.00', { exact: true }).waitFor();
  await watchSlowPrice(slow);
  const goOn = await block(slow);
  for (let last = 2; last <= 500; last++) await feed.publish('demo', 'slow.quote', [quote(last)], options);
  await slowPrice(page).getByText('500.00').waitFor();
  await pricesMove();
  await goOn();
  await slowPrice(slow).getByText('500.00').waitFor();
  const seen = await slow.evaluate(() => (window as unknown as { seen: string[] }).seen);
  expect(seen.at(-1)).toBe('500.00');
  expect(seen.length).toBeLessThan(250);
  await feed.close();
});
