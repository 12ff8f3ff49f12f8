import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { boardCell, boardRow, waitForCell } from '../pages/prices.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** A trader opens a board of prices, follows it, changes its columns, saves it, and sees when it cannot be relied on. */

const namespace = 'market_data';

let broker: Broker;
let publisher: PulseMQClient;
let console: ConsolePage;

const put = (topic: string, values: object): Promise<void> =>
  publisher.publish(namespace, topic, JSON.stringify(values), { format: 'string' });

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true });
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  await put('sh600519.quote', { last: 1400, prev_close: 1390, bid: 1399.5, ask: 1400.25, volume: 123_400 });
  await put('sz000858.quote', { 最新价: 130.5, 昨收: 131.5, 买一: 130.4, 卖一: 130.6, 成交量: 5600 });
  await put('hk00700.quote', { price: 400, note: 'no close' });
  const frame = [
    { last: 1, bid: 0.9 },
    { last: 2.5, bid: 2.4 },
  ];
  await publisher.publish(namespace, 'frame.quote', frame, { format: 'df_msgpack' });
  await put('sh600519.depth', { last: 7 });
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await publisher?.close();
  await broker?.stop();
});

test('a board shows the prices of a pattern, by the names of their columns', async () => {
  const { prices, nav, connections } = console.words;
  await console.go('/');
  await console.page.getByRole('link', { name: nav.prices, exact: true }).click();
  await waitForCell(console, 'sh600519.depth', prices.roles.last, '7');
  const pattern = console.page.getByRole('textbox', { name: connections.pattern, exact: true });
  await pattern.fill('*.quote');
  await pattern.press('Enter');
  await boardRow(console, 'sh600519.depth').waitFor({ state: 'detached' });
  await waitForCell(console, 'sh600519.quote', prices.roles.last, '1,400.00');
  await waitForCell(console, 'sh600519.quote', prices.roles.bid, '1,399.50');
  await waitForCell(console, 'sh600519.quote', prices.change, '+0.72');
  await waitForCell(console, 'sh600519.quote', prices.roles.volume, '123k');
  await waitForCell(console, 'sz000858.quote', prices.roles.last, '130.5');
  await waitForCell(console, 'sz000858.quote', prices.change, '-0.76');
  await waitForCell(console, 'hk00700.quote', prices.change, '0.00');
  await waitForCell(console, 'frame.quote', prices.roles.last, '2.5');
  await console.picture('prices-mixed');
  await console.expectSound('a board');
});

test('a change is shown with its direction, from the previous close or from the opening of the board', async () => {
  const { prices } = console.words;
  const cell = await boardCell(console, 'sh600519.quote', prices.roles.last);
  // The flash is short: it is awaited before the price comes.
  const flash = cell.locator('[data-flash="fall"]').waitFor();
  await put('sh600519.quote', { last: 1397, prev_close: 1390, bid: 1396.5, ask: 1397.25, volume: 123_500 });
  await Promise.all([flash, waitForCell(console, 'sh600519.quote', prices.roles.last, '1,397.00')]);
  await waitForCell(console, 'sh600519.quote', prices.change, '+0.50');
  await waitForCell(console, 'sh600519.quote', prices.roles.ask, '1,397.25');
  await put('hk00700.quote', { price: 404.04 });
  await waitForCell(console, 'hk00700.quote', prices.change, '+1.01');
  const change = await boardCell(console, 'hk00700.quote', prices.change);
  const title = await change.locator('[title]').getAttribute('title');
  expect(title).toBe(prices.fromFirst.replace('{{change}}', '4.04').replace('{{basis}}', '400.00'));
});

test('prices are read from the columns that the viewer chooses', async () => {
  const { prices } = console.words;
  await console.button(prices.fields).click();
  await console.page.getByRole('combobox', { name: prices.roles.last, exact: true }).click();
  await console.page.getByRole('option', { name: '买一', exact: true }).click();
  await waitForCell(console, 'sz000858.quote', prices.roles.last, '130.4');
  await console.picture('prices-fields');
  await console.expectSound('the choice of fields');
  await console.page.keyboard.press('Escape');
  await waitForCell(console, 'sh600519.quote', prices.roles.last, '–');
});

test('a saved board is there again, with its pattern and its columns', async () => {
  const { prices, actions } = console.words;
  await console.button(prices.boards).click();
  await console.page.getByRole('menuitem', { name: prices.save }).click();
  await console.dialog.getByLabel(prices.boardName, { exact: true }).fill('Shenzhen');
  await console.dialog.getByRole('button', { name: actions.save, exact: true }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.button('Shenzhen').waitFor();
  await console.go('/help');
  await console.go('/prices');
  await waitForCell(console, 'sh600519.depth', prices.roles.last, '7');
  await console.button(prices.boards).click();
  await console.page.getByRole('menuitem', { name: 'Shenzhen' }).click();
  await boardRow(console, 'sh600519.depth').waitFor({ state: 'detached' });
  await waitForCell(console, 'sz000858.quote', prices.roles.last, '130.4');
  await console.button('Shenzhen').click();
  await console.page.getByRole('menuitem', { name: prices.remove.replace('{{name}}', 'Shenzhen') }).click();
  await console.button(prices.boards).waitFor();
  await console.page.getByRole('menu').waitFor({ state: 'detached' });
  expect(await console.page.evaluate(() => localStorage.getItem('pulsemq.boards'))).toBe('[]');
  await console.expectSound('a saved board');
});

test('a row leads to its topic', async () => {
  await console.go('/prices?namespace=market_data&pattern=*.quote');
  await boardRow(console, 'sz000858.quote').click();
  await console.page.getByRole('heading', { level: 1, name: 'market_data:sz000858.quote', exact: true }).waitFor();
});

test('a stale topic says so on the board, and a lost connection leaves rows that are not confirmed', async () => {
  const { stale, prices, status } = console.words;
  await console.go('/prices?namespace=market_data&pattern=*.quote');
  await boardRow(console, 'sh600519.quote').getByText(status.live, { exact: true }).waitFor();
  const [row] = await broker.call<{ id: number }[]>('GET', '/api/namespaces?text=market_data');
  const rules = [{ pattern: 'sz000858.*', max_age_ms: 100, calendar: null }];
  await broker.call('PUT', `/api/namespaces/${row!.id}/freshness`, { rules, calendars: {} });
  await boardRow(console, 'sz000858.quote').getByText(stale.reasons.silent).waitFor();
  await console.picture('prices-stale');
  await console.expectSound('a board with a stale topic');
  console.watch.isBrokerAway = true;
  await broker.kill();
  await boardRow(console, 'sh600519.quote').getByText(prices.unconfirmed, { exact: true }).waitFor();
  await console.picture('prices-lost');
  await console.expectSound('a board without its broker');
  await broker.up();
  const again = await broker.client(broker.admin.username, broker.admin.token);
  await again.publish(namespace, 'sh600519.quote', '{"last": 1398}', { format: 'string' });
  await waitForCell(console, 'sh600519.quote', prices.roles.last, '1,398.00');
  await boardRow(console, 'sz000858.quote').getByText(prices.unconfirmed, { exact: true }).waitFor();
  await again.close();
  console.watch.isBrokerAway = false;
});
