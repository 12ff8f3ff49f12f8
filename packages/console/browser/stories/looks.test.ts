import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Broker } from '../support/broker.js';
import { BusyBroker, longTopic } from '../support/busy-broker.js';
import type { SizeName, Viewer } from '../support/chromium.js';
import { ConsolePage } from '../support/console-page.js';
import { isAllLooks } from '../support/looks.js';

/**
 * Every page with data, in both languages, light and dark, on a desktop, a wide screen and a phone: no failure, no request to
 * another host, no serious violation of the accessibility rules, no page wider than its window. Saves a screenshot of each.
 */

let busy: BusyBroker;
let broker: Broker;

beforeAll(async () => {
  broker = await Broker.start({ broker: { backlog_messages: 1_000_000, backlog_bytes: 8_388_608 } });
  busy = await BusyBroker.fill(broker);
}, 60_000);

afterAll(async () => {
  await busy?.stop();
  await broker?.stop();
});

/** Each language and each scheme once, on one screen and on a phone. --all-looks has the other pairs, and both screens for each. */
const usualViewers: readonly Viewer[] = [
  { language: 'en', scheme: 'light', size: 'desktop' },
  { language: 'zh', scheme: 'dark', size: 'wide' },
];
const otherViewers: readonly Viewer[] = [
  { language: 'zh', scheme: 'light', size: 'desktop' },
  { language: 'en', scheme: 'dark', size: 'desktop' },
];
/** All looks are twice as many pictures for each viewer. */
const limitMs = isAllLooks ? 600_000 : 240_000;
const viewers = isAllLooks ? [...usualViewers, ...otherViewers] : usualViewers;

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
    ['topic-long', `/topics/${idOf(longTopic)}`],
    ['topic-last', `/topics/${kline}?tab=last`],
    ['topic-past', `/topics/${idOf('sh600519.tick')}?tab=past`],
    ['topic-past-frames', `/topics/${kline}?tab=past`],
    ['topic-candles', `/topics/${idOf('sh600519.tick')}?tab=candles`],
    ['topic-replay', `/topics/${idOf('sh600519.tick')}?tab=replay`],
    ['topic-history', `/topics/${kline}?tab=history`],
    ['topic-subscribers', `/topics/${kline}?tab=subscribers`],
    ['messages', '/messages?namespace=market_data&pattern=*.tick'],
    ['connections', '/connections'],
    ['connection', `/connections/${connections[0]!.connection_id}`],
    ['slow', '/slow'],
    ['alerts', '/alerts'],
    ['users', '/users'],
    ['user', `/users/${users.find(({ username }) => username === 'feed_sh')!.id}`],
    ['namespaces', '/namespaces'],
    ['freshness', `/namespaces/${namespaces.find(({ name }) => name === 'market_data')!.id}?tab=freshness`],
    ['bars', `/namespaces/${namespaces.find(({ name }) => name === 'market_data')!.id}?tab=bars`],
    ['permissions', '/permissions'],
    ['audit', '/audit'],
    ['publish', '/publish'],
    ['cluster', '/cluster'],
    ['journal', '/journal'],
    ['logs', '/logs'],
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

/** The texts of the buttons in tables that their cells cut. */
const cutButtons = (console: ConsolePage): Promise<readonly string[]> =>
  console.page.locator('#main td button:visible, #main [role="cell"] button:visible').evaluateAll((buttons) =>
    buttons
      .filter((button) => {
        const cell = button.closest('td, [role="cell"]')!.getBoundingClientRect();
        return button.getBoundingClientRect().right > cell.right + 1;
      })
      .map((button) => button.textContent ?? ''),
  );

/** Opens a row where the page has a live tail, so that its message is seen. */
async function openMessage(console: ConsolePage, name: string): Promise<void> {
  if (name === 'topic-live' || name === 'messages')
    await console.page.locator('main button[aria-pressed]').first().click();
}

describe.each(viewers)('in $language, $scheme', (viewer) => {
  const screens: readonly SizeName[] = isAllLooks ? ['desktop', 'wide'] : [viewer.size];

  test('every page is sound', { timeout: limitMs }, async () => {
    const console = await ConsolePage.open(broker, viewer);
    try {
      await console.expectSound('log-in');
      await console.picture('log-in');
      await console.logIn();
      await console.settled();
      for (const [name, path] of await places()) {
        await console.resize(screens[0]!);
        await console.go(path);
        await openMessage(console, name);
        for (const size of [...screens, 'phone'] as const) {
          await console.resize(size);
          await console.settled();
          await console.picture(name);
          await console.expectSound(name);
          if (size === 'phone') expect.soft(await cutButtons(console), `${name}: cut buttons`).toEqual([]);
          else expect.soft(await tableOverflowPx(console), `${name}: columns out of sight`).toBe(0);
        }
      }
    } finally {
      await console.close();
    }
  });
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
