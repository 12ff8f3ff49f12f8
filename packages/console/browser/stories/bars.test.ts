import type { Bars } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTab } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** An operator writes a bar rule, sees what is wrong with it, saves it, and finds it again. */

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true });
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

async function storedBars(): Promise<Bars> {
  const [namespace] = await broker.call<{ id: number }[]>('GET', '/api/namespaces?text=market_data');
  return broker.call<Bars>('GET', `/api/namespaces/${namespace!.id}/bars`);
}

test('a rule that would feed on its own bars is refused, and a good one is saved', async () => {
  const { bars, freshness, actions } = console.words;
  await console.go('/namespaces');
  await console.page.getByRole('link', { name: 'market_data', exact: true }).click();
  await openTab(console, bars.tab);
  await console.dialog.getByText(bars.hint).waitFor();
  await console.dialog.getByRole('button', { name: freshness.addRule, exact: true }).click();
  const target = console.dialog.getByLabel(bars.fields.target, { exact: true });
  await target.fill('{1}.trade');
  const save = console.dialog.getByRole('button', { name: actions.save, exact: true });
  await save.click();
  await console.dialog.getByRole('alert').waitFor();
  expect(console.watch.takeFaults().filter((fault) => !fault.includes('400'))).toEqual([]);
  await target.fill('{1}.kline.1m');
  await console.dialog.getByLabel(bars.fields.grace, { exact: true }).fill('0.5');
  await console.dialog.getByLabel(bars.fields.price, { exact: true }).fill('px');
  await console.expectSound('a bar rule');
  await console.picture('bars-rule');
  await save.click();
  await console.dialog.locator('button[type="submit"]:disabled:not([data-loading])').waitFor();
  const rule = { source: '*.trade', target: '{1}.kline.1m', interval: '1m', price: 'px', size: null, grace_ms: 500 };
  expect(await storedBars()).toMatchObject({ rules: [rule], calendars: {} });
});

test('a rule has a calendar of its own, whose zone counts, and is found again by its address', async () => {
  const { bars, freshness, actions } = console.words;
  await console.dialog.getByRole('button', { name: freshness.addCalendar, exact: true }).click();
  await console.dialog.getByLabel(freshness.calendar, { exact: true }).first().click();
  await console.page.getByRole('option', { name: 'cn', exact: true }).click();
  await console.expectSound('a bar rule with a calendar');
  await console.dialog.getByRole('button', { name: actions.save, exact: true }).click();
  await console.dialog.locator('button[type="submit"]:disabled:not([data-loading])').waitFor();
  const { rules, calendars } = await storedBars();
  expect(rules[0]).toMatchObject({ calendar: 'cn', zone: null });
  expect(calendars.cn).toMatchObject({ time_zone: 'Asia/Shanghai' });
  await console.page.reload();
  const source = console.dialog.getByLabel(bars.fields.source, { exact: true });
  await source.waitFor();
  expect(await source.inputValue()).toBe('*.trade');
  await console.dialog.getByRole('button', { name: bars.remove, exact: true }).click();
  await console.dialog.getByRole('button', { name: actions.save, exact: true }).click();
  await console.dialog.locator('button[type="submit"]:disabled:not([data-loading])').waitFor();
  expect((await storedBars()).rules).toEqual([]);
});
