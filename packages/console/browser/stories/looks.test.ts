import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { BusyBroker } from '../support/busy-broker.js';
import type { Viewer } from '../support/chromium.js';
import { ConsolePage } from '../support/console-page.js';

/**
 * Every page with data, in both languages, light and dark, on a desktop, a wide screen and a phone: no failure, no request to
 * another host, no serious violation of the accessibility rules, no page wider than its window. Saves a screenshot of each.
 */

let busy: BusyBroker;
let broker: Broker;

beforeAll(async () => {
  broker = await Broker.start({ broker: { hwm: 1_000_000, outbox_bytes: 8_388_608 } });
  busy = await BusyBroker.fill(broker);
}, 60_000);

afterAll(async () => {
  await busy?.stop();
  await broker?.stop();
});

/** Each language and each scheme once. The other pairs take 40 s more: --all-looks. */
const usualViewers: readonly Viewer[] = [
  { language: 'en', scheme: 'light', size: 'desktop' },
  { language: 'zh', scheme: 'dark', size: 'wide' },
];
const otherViewers: readonly Viewer[] = [
  { language: 'zh', scheme: 'light', size: 'desktop' },
  { language: 'en', scheme: 'dark', size: 'desktop' },
];
const viewers = process.env.PULSEMQ_ALL_LOOKS === '1' ? [...usualViewers, ...otherViewers] : usualViewers;

/** The pages: the name of the screenshot and the address. */
async function places(): Promise<readonly (readonly [string, string])[]> {
  const topics = await broker.call<{ id: number; name: string }[]>('GET', '/api/topics?limit=1000');
  const idOf = (name: string): number => topics.find((topic) => topic.name === name)!.id;
  const namespaces = await broker.call<{ id: number; name: string }[]>('GET', '/api/namespaces');
  const users = await broker.call<{ id: number; username: string }[]>('GET', '/api/users');
  const query = '/api/connections?text=strategy_alpha&sort=rate_out';
  const connections = await broker.call<{ connection_id: string }[]>('GET', query);
  const kline = idOf('sh600519.kline.1m');
  return [
    ['dashboard', '/'],
    ['prices', '/prices?namespace=market_data&pattern=*.tick'],
    ['topics', '/topics'],
    ['topic-live', `/topics/${idOf('sh600519.tick')}`],
    ['topic-last', `/topics/${kline}?tab=last`],
    ['topic-history', `/topics/${kline}?tab=history`],
    ['topic-subscribers', `/topics/${kline}?tab=subscribers`],
    ['connections', '/connections'],
    ['connection', `/connections/${connections[0]!.connection_id}`],
    ['slow', '/slow'],
    ['alerts', '/alerts'],
    ['users', '/users'],
    ['user', `/users/${users.find(({ username }) => username === 'feed_sh')!.id}`],
    ['namespaces', '/namespaces'],
    ['freshness', `/namespaces/${namespaces.find(({ name }) => name === 'market_data')!.id}?tab=freshness`],
    ['permissions', '/permissions'],
    ['audit', '/audit'],
    ['publish', '/publish'],
    ['settings', '/settings'],
    ['help', '/help'],
    ['not-found', '/nowhere'],
  ];
}

/** Pixels of the widest table that are out of sight. */
const tableOverflowPx = (console: ConsolePage): Promise<number> =>
  console.page
    .locator('#main table')
    .evaluateAll((tables) =>
      Math.max(0, ...tables.map(({ parentElement: within }) => within!.scrollWidth - within!.clientWidth)),
    );

describe.each(viewers)('in $language, $scheme', (viewer) => {
  test('every page is sound', async () => {
    const console = await ConsolePage.open(broker, viewer);
    try {
      await console.expectSound('log-in');
      await console.picture('log-in');
      await console.logIn();
      await console.settled();
      for (const [name, path] of await places()) {
        await console.resize(viewer.size);
        await console.go(path);
        if (name === 'topic-live') await console.page.locator('main button[aria-pressed]').first().click();
        await console.picture(name);
        await console.expectSound(name);
        expect.soft(await tableOverflowPx(console), `${name}: columns out of sight`).toBe(0);
        await console.resize('phone');
        await console.settled();
        await console.picture(name);
        await console.expectSound(name);
      }
    } finally {
      await console.close();
    }
  }, 240_000);
});

test('the log-in page fits a phone', async () => {
  const console = await ConsolePage.open(broker, { language: 'zh', scheme: 'dark', size: 'phone' });
  try {
    await console.expectSound('log-in');
    await console.picture('log-in');
    expect(await console.page.title()).toBe(console.words.login.title);
  } finally {
    await console.close();
  }
});
