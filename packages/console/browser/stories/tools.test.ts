import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTopic, tailRows } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { filled } from '../support/words.js';

/** The tools of an operator: messages of a pattern, a publish that repeats, the log, and who is connected with what; in Chinese. */

const namespace = 'market_data';

let broker: Broker;
let publisher: PulseMQClient;
let console: ConsolePage;

const put = (topic: string, values: object): Promise<void> =>
  publisher.publish(namespace, topic, JSON.stringify(values), { format: 'string' });

beforeAll(async () => {
  broker = await Broker.start();
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  console = await ConsolePage.open(broker, { language: 'zh', scheme: 'dark', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await publisher?.close();
  await broker?.stop();
});

test('D5: the change of a generated password can be skipped, and this browser does not ask again', async () => {
  const { password, top, login } = console.words;
  await console.logIn();
  await console.dialog.getByText(password.advisedHint).waitFor();
  await console.picture('password-advised');
  await console.expectSound('the question for a password');
  await console.dialog.getByRole('button', { name: password.skip }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.settled();
  await console.button(top.account).click();
  await console.page.getByRole('menuitem', { name: top.logOut }).click();
  await console.page.getByText(login.title).waitFor();
  await console.logIn();
  await console.settled();
  await console.page.locator('header').getByText(console.words.status.up, { exact: true }).waitFor();
  expect(await console.dialog.count()).toBe(0);
  // The file of the broker still has the right password.
  await broker.call('POST', '/api/namespaces', { name: namespace, keep_last_value: true });
});

/** Leaves the page and comes back: what says live then is the feed of this address, and not the one before it. */
async function openAgain(): Promise<void> {
  const path = new URL(console.page.url()).hash.slice(1);
  await console.go('/help');
  await console.go(path);
  await console.page.locator('#main').getByText(console.words.status.live, { exact: true }).first().waitFor();
}

test('the messages of a pattern, with their topics, and a filter that is saved', async () => {
  const { messages, actions, topic, connections } = console.words;
  await console.go(`/messages?namespace=${namespace}`);
  await console.page.locator('#main').getByText(console.words.status.live, { exact: true }).first().waitFor();
  const pattern = console.page.getByRole('textbox', { name: connections.pattern, exact: true });
  await pattern.fill('*.tick');
  await pattern.press('Enter');
  await console.page.waitForURL(/pattern=\*\.tick/);
  await openAgain();
  for (const share of ['sh600519', 'sz000858'])
    await put(`${share}.tick`, { price: share === 'sh600519' ? 1400 : 130 });
  await put('sh600519.depth', { price: 7 });
  await tailRows(console).nth(1).waitFor();
  const rows = await tailRows(console).allInnerTexts();
  expect(rows.map((text) => /sh600519\.tick|sz000858\.tick|depth/.exec(text)?.[0]).sort()).toEqual([
    'sh600519.tick',
    'sz000858.tick',
  ]);
  await console.page.locator('[data-page-search]').fill('price>1000');
  await console.page.getByText(filled(topic.matching, { n: 1, kept: 2 }), { exact: true }).waitFor();
  await console.button(messages.views).click();
  await console.page.getByRole('menuitem', { name: messages.save }).click();
  await console.dialog.getByLabel(messages.viewName, { exact: true }).fill('贵的');
  await console.dialog.getByRole('button', { name: actions.save, exact: true }).click();
  await console.dialog.waitFor({ state: 'detached' });
  await console.go('/help');
  await console.go('/messages');
  await console.button(messages.views).click();
  await console.page.getByRole('menuitem', { name: '贵的' }).click();
  await console.button('贵的').waitFor();
  expect(await console.page.locator('[data-page-search]').inputValue()).toBe('price>1000');
  expect(await pattern.inputValue()).toBe('*.tick');
  await openAgain();
  await put('sh600519.tick', { price: 1401 });
  await tailRows(console).first().waitFor();
  await console.picture('messages-view');
  await console.expectSound('a saved view');
});

test('a publish that repeats: a number of times, and it can be stopped', async () => {
  const { publish } = console.words;
  await console.go('/publish');
  await console.page.getByText(publish.repeat, { exact: true }).click();
  const times = console.page.getByLabel(publish.times, { exact: true });
  const every = console.page.getByLabel(publish.every, { exact: true });
  await times.fill('3');
  await every.fill('20');
  await console.button(publish.repeatAction).click();
  const words = { topic: `${namespace}:demo.hello`, n: '3', of: '3' };
  await console.page.getByText(filled(publish.runs.done, words)).waitFor();
  const [row] = await broker.call<{ sequence: number }[]>('GET', `/api/last?namespace=${namespace}&pattern=demo.hello`);
  expect(row!.sequence).toBe(3);
  await console.picture('publish-repeated');
  await times.fill('1001');
  await console.page.getByText(filled(publish.timesRange, { max: '1,000' })).waitFor();
  expect(await console.button(publish.repeatAction).isDisabled()).toBe(true);
  await times.fill('1000');
  await every.fill('60000');
  await console.button(publish.repeatAction).click();
  await console.page.getByText(filled(publish.runs.running, { ...words, n: '1', of: '1,000' })).waitFor();
  await console.button(publish.stop).click();
  await console.page.getByText(filled(publish.runs.stopped, { ...words, n: '1', of: '1,000' })).waitFor();
  await console.expectSound('a publish that repeats');
});

test('the log of the broker, as it is written, by level and text', async () => {
  const { nav, logs, status } = console.words;
  await console.go('/logs');
  const lines = console.page.locator('#main section li');
  await lines.filter({ hasText: 'is up on' }).waitFor();
  await console.page.locator('#main').getByText(status.live, { exact: true }).waitFor();
  const reader = broker.client('nobody_here', 'wrong');
  await expect(reader).rejects.toThrow();
  await lines.filter({ hasText: 'nobody_here' }).first().waitFor();
  await console.page
    .getByRole('radiogroup', { name: logs.level })
    .getByText(logs.levels.error, { exact: true })
    .click();
  await console.page.getByText(logs.none).waitFor();
  await console.page
    .getByRole('radiogroup', { name: logs.level })
    .getByText(logs.levels.debug, { exact: true })
    .click();
  await console.page.locator('[data-page-search]').fill('is up on');
  await expect.poll(() => lines.count()).toBe(1);
  expect(await console.page.title()).toContain(nav.logs);
  await console.expectSound('the log');
});

test('connections show the client, and say in Chinese why they were closed', async () => {
  const { closes, events } = console.words;
  const other = await broker.client(broker.admin.username, broker.admin.token);
  other.on('error', () => {});
  await console.go('/connections');
  await console.page
    .locator('#main tbody tr')
    .getByText(/^pulsemq-js\/\d/)
    .first()
    .waitFor();
  await console.picture('connections-client');
  const open = await broker.call<{ connection_id: string }[]>('GET', '/api/connections?sort=since');
  const closed = new Promise<void>((resolve) => other.on('disconnected', () => resolve()));
  await broker.call('POST', `/api/connections/${open[0]!.connection_id}/disconnect`, {});
  await closed;
  await other.close();
  await console.go('/connections?show=closed');
  await console.page.locator('#main tbody').getByText(closes.by_administrator).first().waitFor();
  await console.picture('connections-closed');
  await console.expectSound('closed connections');
  await console.go('/');
  const { username } = broker.admin;
  const text = filled(events.disconnected, { name: username, reason: closes.by_administrator });
  await console.page.locator('#main ol').getByText(text).first().waitFor();
  await console.page
    .locator('#main ol')
    .getByText(filled(events.log_in_refused, { name: 'nobody_here' }))
    .first()
    .waitFor();
  await console.expectSound('events');
});

test('deleting a topic is in a menu, and asks for its name', async () => {
  const { topic, actions } = console.words;
  await openTopic(console, namespace, 'demo.hello');
  expect(await console.button(topic.delete).count()).toBe(0);
  await console.button(topic.more).click();
  await console.page.getByRole('menuitem', { name: topic.delete }).click();
  await console.dialog.getByText(filled(topic.deleteTitle, { name: `${namespace}:demo.hello` })).waitFor();
  await console.expectSound('the menu of a topic');
  await console.dialog.getByRole('button', { name: actions.cancel }).click();
});

test('D11: the API, its document and the figures for Prometheus are linked', async () => {
  const { settings } = console.words;
  await console.go('/help');
  const main = console.page.locator('#main');
  for (const path of ['./docs', './api/openapi.json']) {
    const address = await main
      .locator(`a[href="${path}"]`)
      .first()
      .evaluate((link) => (link as HTMLAnchorElement).href);
    expect((await fetch(address)).status).toBe(200);
  }
  // The code has the ports in use, also where the system chose them.
  await main.getByText(`"127.0.0.1", ${broker.pubPort}, ${broker.subPort},`).waitFor();
  const saved = console.page.waitForEvent('download');
  await main.getByRole('button', { name: new RegExp(`^${settings.metrics}`) }).click();
  expect((await saved).suggestedFilename()).toBe('pulsemq-metrics.txt');
  await console.expectSound('the help page');
});
