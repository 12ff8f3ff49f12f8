import type { PulseMQClient } from '@pulsemq/client';
import type { ConnectionPoint } from '@pulsemq/protocol';
import type { Locator } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { chooseRole } from '../pages/permissions.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** What lists say on the first day: groups of topics with figures, ages on a phone, charts with a past, one word for a role. */

const namespace = 'market_data';

let broker: Broker;
let publisher: PulseMQClient;
let console: ConsolePage;

const put = (topic: string, values: object): Promise<void> =>
  publisher.publish(namespace, topic, JSON.stringify(values), { format: 'string' });

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true });
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  await publisher.subscribe(namespace, '>', { onMessage: () => {} });
  await put('sh600519.tick', { last: 1400.25, bid: 1400 });
  await put('sh600519.kline.1m', { close: 1401 });
  await put('sz000858.tick', { last: 130 });
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'dark', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await publisher?.close();
  await broker?.stop();
});

/** The texts of a row by the heads of their columns, and how many lines of a trend each cell has. */
async function cellsOf(row: Locator): Promise<ReadonlyMap<string, string>> {
  const heads = await console.page.locator('#main thead th').allInnerTexts();
  const texts = await row
    .locator('td')
    .evaluateAll((cells) =>
      cells.map((cell) => (cell.querySelector('svg polyline') === null ? (cell as HTMLElement).innerText : 'a trend')),
    );
  return new Map(heads.map((head, at) => [head.split(/[\n ]*(?:msg|B\/s|%|30)/)[0]!.trim(), texts[at]!.trim()]));
}

test('a group of topics that is closed has the figures of its topics, and an instrument its price', async () => {
  const { fields, prices, topics } = console.words;
  await console.go('/topics');
  const group = console.page.locator('#main tbody tr', { hasText: 'sh600519' }).first();
  await group.getByText('1,400.25').waitFor();
  await group.locator('svg polyline').first().waitFor({ state: 'attached' });
  expect(await group.locator('button').first().getAttribute('aria-expanded')).toBe('false');
  const cells = await cellsOf(group);
  expect(cells.get(prices.roles.last)).toBe('1,400.25');
  expect(cells.get(topics.trend)).toBe('a trend');
  expect(cells.get(fields.subscribers)).toBe('2');
  expect(cells.get(fields.lastMessage)).toMatch(/\d+ (s|min) ago/);
});

test('a topic has its age on a phone', async () => {
  await console.resize('phone');
  await console.go('/topics?view=list');
  const row = console.page.locator('#main tbody tr', { hasText: 'sz000858.tick' });
  const age = row.getByText(/^\d+ (s|min)/);
  await age.waitFor();
  const box = (await age.boundingBox())!;
  expect(box.x + box.width).toBeLessThanOrEqual(390);
  await console.picture('topics-ages');
  await console.resize('desktop');
});

/** The first point of the past of a connection in which it published. */
async function pastOf(id: string): Promise<ConnectionPoint> {
  const path = `/api/stats/connections/${id}/history`;
  for (;;) {
    await put('sz000858.tick', { last: 131 });
    const points = await broker.call<readonly ConnectionPoint[]>('GET', path);
    const busy = points.find(({ msg_rate_in }) => msg_rate_in > 1);
    if (busy !== undefined) return busy;
  }
}

test('the charts of a connection have its past at once, not only what came since the page was opened', async () => {
  const { dashboard, fields } = console.words;
  const path = '/api/connections?sort=rate_in';
  const [{ connection_id: id }] = (await broker.call<{ connection_id: string }[]>('GET', path)) as [
    { connection_id: string },
  ];
  const { ts } = await pastOf(id);
  await console.go(`/connections/${id}`);
  const chart = console.page.getByRole('figure', { name: new RegExp(`^${dashboard.charts.messages}`) });
  const plot = (await chart.locator('.u-over').boundingBox())!;
  // The chart ends with its newest second, a few pixels from now, and shows five minutes: a second is one or two pixels.
  let tryCount = 0;
  const xOf = (): number => plot.x + plot.width * (1 - (Date.now() / 1000 - ts) / 300) + (tryCount++ % 9) - 3;
  const incoming = chart.locator('figcaption span', { hasText: new RegExp(`^${fields.in} `) }).locator('b');
  const rateInPast = async (): Promise<number> => {
    await console.page.mouse.move(xOf(), plot.y + 30);
    return Number((await incoming.innerText()).replace(/[k,]/g, ''));
  };
  await expect.poll(rateInPast, { timeout: 15_000 }).toBeGreaterThan(1);
  // One cursor for all charts of the page.
  await expect.poll(() => console.page.locator('#main figure .u-cursor-x:not(.u-off)').count()).toBe(3);
  await console.picture('connection-past');
  await console.expectSound('a connection with a past');
});

test('a role has one word: in the matrix, its review and the page of a user', async () => {
  const { roles, roleLines } = console.words;
  const { id } = await broker.call<{ id: number }>('POST', '/api/users', { username: 'feed_sh' });
  await console.go('/permissions');
  for (const role of ['sub', 'pub', 'admin'] as const) {
    expect(roleLines[role]).toContain(roles[role]);
    await console.page.locator('#main').getByText(roleLines[role]).first().waitFor();
  }
  await chooseRole(console, { username: 'feed_sh', namespace, role: 'pub' });
  await console.page.getByRole('button', { name: /^Review / }).click();
  await console.dialog.locator('ins').getByText(roles.pub, { exact: true }).waitFor();
  await console.dialog.getByRole('button', { name: /^Apply / }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.go(`/users/${id}`);
  await console.page.getByText(roles.pub, { exact: true }).first().waitFor();
  await console.expectSound('a user with a role');
});
