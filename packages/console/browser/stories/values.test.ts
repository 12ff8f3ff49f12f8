import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { waitForCell } from '../pages/prices.js';
import { openTab, openTopic, showAs, tailRows } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { filled } from '../support/words.js';

/** What the price is, where a trader looks for it; candles with their values; one clock for all times of a page. */

const namespace = 'market_data';
const tick = 'sh600519.tick';
const bars = 'sh600519.kline.1s';

let broker: Broker;
let publisher: PulseMQClient;
let console: ConsolePage;

const put = (topic: string, values: object): Promise<void> =>
  publisher.publish(namespace, topic, JSON.stringify(values), { format: 'string' });

/** A dozen bars of one second each, from a fixed time. */
const secondBars = Array.from({ length: 12 }, (_, index) => ({
  time: new Date(Date.UTC(2026, 10, 24, 1, 30, index)).toISOString(),
  open: 10 + index,
  high: 10.9 + index,
  low: 9.1 + index,
  close: 10.5 + index,
  volume: 100 * (index + 1),
}));

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true });
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  await put(tick, {
    symbol: 'sh600519',
    time: '2026-11-24T01:30:00Z',
    last: 1400,
    prev_close: 1390,
    bid: 1399.5,
    ask: 1400.25,
  });
  await publisher.publish(namespace, bars, JSON.stringify(secondBars), { format: 'string' });
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await publisher?.close();
  await broker?.stop();
});

test('D9: the list of topics has the last price, its change, bid and ask, and they follow', async () => {
  const { prices } = console.words;
  const name = `${namespace}:${tick}`;
  await console.go('/topics?view=list');
  await console.page.locator('#main tbody tr', { hasText: tick }).waitFor();
  const cellOf = async (head: string) => {
    const heads = await console.page.locator('#main thead th').allInnerTexts();
    const at = heads.findIndex((text) => text === head || text.startsWith(`${head} `));
    return console.page.locator('#main tbody tr', { hasText: name }).locator('td').nth(at);
  };
  const waitFor = async (head: string, text: string) => (await cellOf(head)).getByText(text, { exact: true }).waitFor();
  await waitFor(prices.roles.last, '1,400.00');
  await waitFor(prices.change, '+0.72');
  await waitFor(prices.roles.bid, '1,399.50');
  await waitFor(prices.roles.ask, '1,400.25');
  // The flash is short: it is awaited before the price comes.
  const flash = (await cellOf(prices.roles.last)).locator('[data-flash="rise"]').waitFor();
  await put(tick, { symbol: 'sh600519', last: 1405, prev_close: 1390, bid: 1404.5, ask: 1405.25 });
  await Promise.all([flash, waitFor(prices.roles.last, '1,405.00')]);
  await console.picture('topics-values');
  await console.expectSound('a list with prices');
});

test('the trend of a topic has the last half hour at once, not only what came since the page was opened', async () => {
  await console.page.locator('#main tbody polyline').first().waitFor({ state: 'attached' });
  const points = await console.page.locator('#main tbody polyline').first().getAttribute('points');
  expect(points!.split(' ')).toHaveLength(30);
});

test('D9: the page of a topic and its tail have values; on a phone too', async () => {
  const { prices } = console.words;
  await openTopic(console, namespace, tick);
  const strip = console.page.locator('#main dl').first();
  // With the page, and not after it: prices that come later would move the tabs below them under the pointer.
  const facts = await strip.innerText();
  expect(facts).toContain(prices.roles.last);
  expect(facts).toContain('1,405.00');
  await console.resize('phone');
  const row = tailRows(console).first();
  await row.waitFor();
  const text = (await row.innerText()).replaceAll('\n', ' ');
  expect(text).toContain('last 1405');
  expect(text.indexOf('last 1405')).toBeLessThan(text.indexOf('symbol'));
  const box = await row.getByText('1405').first().boundingBox();
  expect(box!.x + box!.width).toBeLessThan(390);
  await console.picture('topic-values');
  await console.expectSound('a topic on a phone');
  await console.resize('desktop');
});

test('the price board on a phone has the price and its change', async () => {
  const { prices } = console.words;
  await console.resize('phone');
  await console.go(`/prices?namespace=${namespace}&pattern=*.tick`);
  await waitForCell(console, tick, prices.roles.last, '1,405.00');
  await console.resize('desktop');
});

test('D8: candles show open, high, low and close at the cross-hair, with seconds', async () => {
  const { payload, topic } = console.words;
  await openTopic(console, namespace, bars);
  await openTab(console, topic.tabs.last);
  await showAs(console, 'chart');
  const chart = console.page.getByRole('img', { name: new RegExp(`^${payload.candles}: 12`) });
  await chart.locator('canvas').first().waitFor();
  const reading = console.page.locator('#main p', { hasText: payload.open }).first();
  // Before the pointer is over the chart: the last bar, by the clock of the page, which is eight hours ahead of UTC.
  await reading.getByText('2026-11-24 09:30:11').waitFor();
  for (const text of ['21', '21.9', '20.1', '21.5']) await reading.getByText(text, { exact: true }).waitFor();
  const box = (await chart.boundingBox())!;
  // Twelve candles are no wider than 22 pixels each, at the right of the chart.
  await console.page.mouse.move(box.x + box.width - 90, box.y + 100);
  await reading.getByText(/09:30:(0\d|10)/).waitFor();
  await console.picture('candles-cross-hair');
  await console.page.mouse.move(box.x + 40, box.y + 100);
  await reading.getByText('2026-11-24 09:30:11').waitFor();
  await console.expectSound('candles of seconds');
});

test('D8: a drag over candles zooms them, also while bars come in, and a button or a double click shows all', async () => {
  const { charts, payload, topic } = console.words;
  await openTab(console, topic.tabs.live);
  const chart = console.page.getByRole('img', { name: new RegExp(`^${payload.candles}: 12`) });
  await chart.locator('canvas').first().waitFor();
  const zoomed = console.page.locator('#main [role="status"]', { hasText: charts.zoomed.slice(0, 9) });
  const drag = async (from: number, to: number): Promise<void> => {
    const box = (await chart.boundingBox())!;
    await console.page.mouse.move(box.x + box.width - from, box.y + 60);
    await console.page.mouse.down();
    await console.page.mouse.move(box.x + box.width - to, box.y + 80, { steps: 4 });
    await console.picture('candles-dragged');
    await console.page.mouse.up();
  };
  // Over six of the candles, of 22 pixels each, at the right of the chart.
  await drag(250, 130);
  await zoomed.waitFor();
  const [text, from, to] = /09:30:(\d\d) – [-\d ]*09:30:(\d\d)/.exec(await zoomed.innerText())!;
  expect(Number(to) - Number(from)).toBeGreaterThanOrEqual(4);
  expect(Number(to) - Number(from)).toBeLessThanOrEqual(6);
  await console.picture('candles-zoomed');
  await console.expectSound('zoomed candles');
  const next = secondBars.map((bar) => ({ ...bar, time: bar.time.replace(':30:', ':31:') }));
  await publisher.publish(namespace, bars, JSON.stringify(next), { format: 'string' });
  const more = console.page.getByRole('img', { name: new RegExp(`^${payload.candles}: 24`) });
  await more.waitFor();
  expect(await zoomed.innerText()).toContain(text);
  await console.button(charts.whole).click();
  await zoomed.waitFor({ state: 'detached' });
  const whole = (await more.boundingBox())!;
  await console.page.mouse.move(whole.x + whole.width - 400, whole.y + 60);
  await console.page.mouse.down();
  await console.page.mouse.move(whole.x + whole.width + 40, whole.y + 60, { steps: 4 });
  await console.page.mouse.up();
  await zoomed.waitFor();
  await console.page.mouse.dblclick(whole.x + 100, whole.y + 100);
  await zoomed.waitFor({ state: 'detached' });
  await openTab(console, topic.tabs.last);
});

test('D8: one clock for the whole console: UTC, chosen once, for charts and tables alike', async () => {
  const { top, topic, payload } = console.words;
  const button = console.page.locator('header').getByText('UTC+8', { exact: true });
  expect(await button.getAttribute('aria-label')).toBe(filled(top.clock, { zone: 'UTC+8' }));
  await button.click();
  await console.page.locator('header').getByText('UTC', { exact: true }).waitFor();
  await showAs(console, 'chart');
  const reading = console.page.locator('#main p', { hasText: payload.open }).first();
  await reading.getByText('2026-11-24 01:31:11').waitFor();
  await openTab(console, topic.tabs.live);
  const at = await tailRows(console).first().locator('span').first().innerText();
  const [message] = await broker.call<{ received_at: string }[]>(
    'GET',
    `/api/last?namespace=${namespace}&pattern=${bars}`,
  );
  expect(at).toBe(message!.received_at.slice(11, 23));
  await console.picture('clock-utc');
  // It is kept when the page is opened again.
  await console.page.reload();
  await console.settled();
  await console.page.locator('header').getByText('UTC', { exact: true }).click();
  await console.page.locator('header').getByText('UTC+8', { exact: true }).waitFor();
});

test('a drag over one chart zooms all charts of the page, and a button shows the whole range again', async () => {
  const { charts } = console.words;
  await console.go('/');
  const first = console.page.locator('#main figure .u-over').first();
  await first.waitFor();
  const box = (await first.boundingBox())!;
  await console.page.mouse.move(box.x + box.width * 0.5, box.y + 40);
  await console.page.mouse.down();
  await console.page.mouse.move(box.x + box.width * 0.7, box.y + 40, { steps: 4 });
  await console.page.mouse.up();
  const zoomed = console.page.locator('#main [role="status"]', { hasText: charts.zoomed.slice(0, 9) });
  await zoomed.waitFor();
  const [, from, to] = /(\d\d:\d\d:\d\d) – (\d\d:\d\d:\d\d)/.exec(await zoomed.innerText())!;
  const secondsOf = (clock: string): number => clock.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
  // A fifth of five minutes.
  const spanSeconds = (secondsOf(to!) - secondsOf(from!) + 86_400) % 86_400;
  expect(spanSeconds).toBeGreaterThan(45);
  expect(spanSeconds).toBeLessThan(75);
  await console.picture('dashboard-zoomed');
  await console.expectSound('zoomed charts');
  await console.button(charts.whole).click();
  await zoomed.waitFor({ state: 'detached' });
});
