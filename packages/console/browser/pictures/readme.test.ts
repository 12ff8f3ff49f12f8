import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, test } from 'vitest';
import { openTopic, showAs } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { BusyBroker, until } from '../support/busy-broker.js';
import { ConsolePage } from '../support/console-page.js';

/** The pictures of the READMEs, from a broker that has run long enough to have a past. */

const folder = fileURLToPath(new URL('../../../../docs/images/', import.meta.url));
const pastSeconds = 300;

let busy: BusyBroker;
let broker: Broker;

beforeAll(async () => {
  broker = await Broker.start({ broker: { hwm: 1_000_000, outbox_bytes: 8_388_608 } });
  busy = await BusyBroker.fill(broker);
  const uptime = async (): Promise<number> =>
    (await broker.call<{ uptime_seconds: number }>('GET', '/health')).uptime_seconds;
  await until('there is a past of five minutes', async () => (await uptime()) >= pastSeconds, 400_000);
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
    const console = await ConsolePage.open(broker, { language, scheme: 'light', size: 'desktop' });
    const keep = async (name: string): Promise<void> => {
      // Away from rows, which would show that they are pointed at.
      await console.page.mouse.move(720, 4);
      await console.expectSound(name);
      await console.page.screenshot({ path: `${folder}${name}${suffix}.png` });
    };
    try {
      await console.logIn();
      await console.settled();
      await console.page.locator('#main canvas').first().waitFor();
      await keep('dashboard');
      await console.go('/topics');
      for (const name of ['IF2612', 'sh600519']) {
        await console.page.locator('#main tbody tr', { hasText: name }).first().click();
      }
      // A trend is a line from its second figure on.
      await console.page.locator('#main tbody polyline').nth(3).waitFor();
      await keep('topics');
      await openTopic(console, 'market_data', 'sh600519.kline.1m');
      await console.page.getByRole('tab', { name: console.words.topic.tabs.last }).click();
      await showAs(console, 'chart');
      await console.page.locator('#main canvas').first().waitFor();
      await keep('candles');
      await console.go('/permissions');
      const { who, where } = console.words.permissions;
      for (const [label, choice] of [
        [who, 'strategy_alpha'],
        [where, 'market_data'],
      ] as const) {
        await console.page.getByRole('combobox', { name: label }).click();
        await console.page.getByRole('option', { name: choice, exact: true }).click();
      }
      await console.page.locator('#main [role="status"]', { hasText: console.words.permissions.allowed }).waitFor();
      await keep('permissions');
    } finally {
      await console.close();
    }
  });
});
