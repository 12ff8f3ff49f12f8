import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTab } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** An operator writes a freshness rule, sees what it would do, saves it, and finds the stale topic on every page. */

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready({ keep_last_value: true });
  const publisher = await broker.client(broker.admin.username, broker.admin.token);
  for (const topic of ['sh600519.tick', 'sz000858.tick', 'sh600519.depth']) {
    await publisher.publish('market_data', topic, '{"price": 1}', { format: 'string' });
  }
  await publisher.close();
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

interface Stored {
  readonly rules: readonly {
    readonly pattern: string;
    readonly max_age_ms: number;
    readonly calendar: string | null;
  }[];
  readonly calendars: Readonly<Record<string, { readonly time_zone: string; readonly ranges: readonly unknown[] }>>;
}

async function namespaceId(): Promise<number> {
  const [namespace] = await broker.call<{ id: number }[]>('GET', '/api/namespaces?text=market_data');
  return namespace!.id;
}

const inRule = (place: number, name: string): string =>
  `${console.words.freshness.ruleN.replace('{{n}}', String(place))}: ${name}`;

test('a rule is previewed, saved, and kept', async () => {
  const { freshness, connections, actions } = console.words;
  await console.go('/namespaces');
  await console.page.getByRole('link', { name: 'market_data', exact: true }).click();
  await openTab(console, freshness.tab);
  await console.dialog.getByText(freshness.rulesHint).waitFor();
  await console.dialog.getByRole('button', { name: freshness.addRule, exact: true }).click();
  const pattern = console.dialog.getByLabel(inRule(1, connections.pattern), { exact: true });
  await pattern.fill('*.nothing');
  await console.dialog.getByText(freshness.wouldBeStale_other.replace('{{n}}', '0')).waitFor();
  await pattern.fill('*.tick');
  await console.dialog.getByText(freshness.wouldBeStale_other.replace('{{n}}', '2')).waitFor();
  await console.dialog.getByText(freshness.underRule.replace('{{n}}', '2').replace('{{of}}', '3')).waitFor();
  await console.expectSound('the preview of a rule');
  await pattern.fill('*..tick');
  await console.dialog.getByRole('alert').waitFor();
  expect(console.watch.takeFaults().filter((fault) => !fault.includes('400'))).toEqual([]);
  await pattern.fill('*.tick');
  await console.dialog.getByRole('alert').waitFor({ state: 'detached' });
  await console.dialog.getByRole('button', { name: actions.save, exact: true }).click();
  await console.dialog.locator('button[type="submit"]:disabled:not([data-loading])').waitFor();
  const stored = await broker.call<Stored>('GET', `/api/namespaces/${await namespaceId()}/freshness`);
  expect(stored).toEqual({ rules: [{ pattern: '*.tick', max_age_ms: 60_000, calendar: null }], calendars: {} });
});

test('a calendar is named by its rule, and a rule without its calendar cannot lose it', async () => {
  const { freshness, actions } = console.words;
  await console.dialog.getByRole('button', { name: freshness.addCalendar, exact: true }).click();
  // The browser of the story is in Shanghai.
  const hours = console.dialog.getByLabel(freshness.hours, { exact: true });
  expect(await hours.inputValue()).toBe('09:30-11:30, 13:00-15:00');
  await hours.fill('half past nine');
  await console.dialog.getByText(freshness.incomplete).waitFor();
  await hours.fill('00:00-24:00');
  await console.dialog.getByLabel(freshness.holidays, { exact: true }).fill('2020-10-01, 2020-10-02');
  for (const day of ['sat', 'sun'] as const) {
    await console.dialog.getByRole('checkbox', { name: freshness.days[day], exact: true }).check();
  }
  await console.dialog.getByLabel(inRule(1, freshness.calendar), { exact: true }).first().click();
  await console.page.getByRole('option', { name: 'cn', exact: true }).click();
  expect(await console.dialog.getByRole('button', { name: freshness.removeCalendar }).isDisabled()).toBe(true);
  await console.expectSound('a calendar');
  await console.picture('freshness-calendar');
  await console.dialog.getByRole('button', { name: actions.save, exact: true }).click();
  await console.dialog.locator('button[type="submit"]:disabled:not([data-loading])').waitFor();
  const stored = await broker.call<Stored>('GET', `/api/namespaces/${await namespaceId()}/freshness`);
  expect(stored.rules[0]?.calendar).toBe('cn');
  expect(stored.calendars.cn).toMatchObject({ time_zone: 'Asia/Shanghai', ranges: [['00:00', '24:00']] });
});

test('every page says which topic is stale, why and since when', async () => {
  const { stale, status, dashboard } = console.words;
  await console.go('/topics?show=stale');
  await console.page.locator('#main tbody').getByText('sz000858.tick').waitFor();
  await console.page.locator('#main tbody').getByText(stale.reasons.publisher_gone, { exact: true }).first().waitFor();
  expect(await console.page.locator('#main tbody').getByText('sh600519.depth').count()).toBe(0);
  await console.expectSound('stale topics');
  await console.page.locator('#main tbody').getByText('sz000858.tick').click();
  await console.page.getByText(stale.sentences.publisher_gone).waitFor();
  await console.page.getByText(status.stale, { exact: true }).first().waitFor();
  await console.expectSound('a stale topic');
  await console.go('/');
  const list = console.page.locator('section', { has: console.page.getByRole('heading', { name: dashboard.stale }) });
  await list.getByText(stale.reasons.publisher_gone, { exact: true }).first().waitFor();
  await console.expectSound('the dashboard with stale topics');
});
