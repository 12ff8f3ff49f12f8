import { afterAll, beforeAll, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** The broker is killed and starts again: the page says so, keeps its last figures, and continues without a reload. */

let broker: Broker;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready();
  const publish = (topic: string): Promise<unknown> =>
    broker.call('POST', '/api/publish', { namespace: 'market_data', topic, format: 'string', data: '1' });
  for (const share of ['sh600519', 'sz000651', 'sz300750']) await publish(`${share}.tick`);
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await broker?.stop();
});

const mark = 'pulsemqNotReloaded';

test('the page recovers without a reload', async () => {
  const { errors, status } = console.words;
  await console.page.locator('header').getByText(status.up, { exact: true }).waitFor();
  await console.page.evaluate((name) => Object.assign(window, { [name]: true }), mark);
  await console.expectSound('before');

  console.watch.isBrokerAway = true;
  await broker.kill();
  await console.page.getByText(errors.unreachable).first().waitFor();
  await console.page.getByText(/Last seen \d\d:\d\d:\d\d, retrying/).waitFor();
  expect(await console.page.locator('#main h1').first().innerText()).toBe(console.words.nav.dashboard);
  // The tab itself says so, also while another one is looked at.
  await expect.poll(() => console.page.title()).toBe(`✕ ${status.lost} · ${console.words.nav.dashboard} · PulseMQ`);
  await console.expectSound('while the broker is away');
  await console.picture('broker-away');
  await console.resize('phone');
  await console.picture('broker-away');
  await console.resize('desktop');

  await broker.up();
  await console.page.locator('header').getByText(status.up, { exact: true }).waitFor();
  await console.page.getByText(errors.unreachable).waitFor({ state: 'detached' });
  console.watch.isBrokerAway = false;
  expect(await console.page.evaluate((name) => name in window, mark)).toBe(true);
  await expect.poll(() => console.page.title()).toBe(`${console.words.nav.dashboard} · PulseMQ`);
  await console.go('/users');
  await console.page.getByRole('link', { name: 'admin', exact: true }).waitFor();
  await console.expectSound('after');
});
