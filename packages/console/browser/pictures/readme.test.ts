import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openTab, openTopic, showAs } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { BusyBroker } from '../support/busy-broker.js';
import { ConsolePage } from '../support/console-page.js';
import { figuresWhere } from '../support/live-figures.js';

/** The pictures of the READMEs, from a broker with a history of five minutes. */

const folder = fileURLToPath(new URL('../../../../docs/images/', import.meta.url));
const pastSeconds = 300;

let busy: BusyBroker;
let broker: Broker;

beforeAll(async () => {
  broker = await Broker.start({ broker: { backlog_messages: 1_000_000, backlog_bytes: 8_388_608 } });
  busy = await BusyBroker.fill(broker);
  await figuresWhere(broker, ({ uptime_seconds }) => uptime_seconds >= pastSeconds);
}, 420_000);

afterAll(async () => {
  await busy?.stop();
  await broker?.stop();
});

describe.each([
  { language: 'en', suffix: '' },
  { language: 'zh', suffix: '.zh-CN' },
] as const)('in $language', ({ language, suffix }) => {
  test('dashboard, topics, candles and permissions', async () => {
    const console = await ConsolePage.loggedIn(broker, { language, scheme: 'light', size: 'desktop' });
    const keep = async (name: string): Promise<void> => {
      // Off the rows: the one under the pointer is highlighted.
      await console.page.mouse.move(720, 4);
      await console.expectSound(name);
      await console.page.screenshot({ path: `${folder}${name}${suffix}.png` });
    };
    try {
      await console.page.locator('#main canvas').first().waitFor();
      await keep('dashboard');
      await console.go('/topics');
      for (const name of ['IF2612', 'sh600519']) {
        await console.page.locator('#main tbody tr', { hasText: name }).first().click();
      }
      // A trend is drawn from its second figure on.
      await console.page.locator('#main tbody polyline').nth(3).waitFor();
      // A price such as 12.03, of the group of an instrument.
      const group = console.page.locator('#main tbody tr', { hasText: 'sh600519' }).first();
      await group
        .getByText(/^\d+\.\d\d$/)
        .first()
        .waitFor();
      await keep('topics');
      await openTopic(console, 'market_data', 'sh600519.kline.1m');
      await openTab(console, console.words.topic.tabs.last);
      await showAs(console, 'chart');
      await console.page.locator('#main canvas').first().waitFor();
      await keep('candles');
      await console.go('/permissions');
      const { user, namespace } = console.words.fields;
      for (const [label, choice] of [
        [user, 'strategy_alpha'],
        [namespace, 'market_data'],
      ] as const) {
        await console.page.getByRole('combobox', { name: label, exact: true }).click();
        await console.page.getByRole('option', { name: choice, exact: true }).click();
      }
      await console.page.locator('#main [role="status"]', { hasText: console.words.permissions.allowed }).waitFor();
      await keep('permissions');
    } finally {
      await console.close();
    }
  });
});
