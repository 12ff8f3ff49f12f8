import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTab, openTopic } from '../pages/topic.js';
import type { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { longStoryViewers } from '../support/looks.js';
import { brokerWithPast, type PastMessage } from '../support/past-days.js';

/** Candles of a topic over hours and days, of the prices that the journal has. */

const namespace = 'market_data';
const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Ten minutes before now: a price that is a minute old must not fall out of a range while the story runs. */
const lastMs = Math.floor(Date.now() / hourMs) * hourMs - 10 * minuteMs;

/** A price each ten minutes over four days, and one bar an hour. */
function fourDays(): readonly PastMessage[] {
  const messages: PastMessage[] = [];
  for (let atMs = lastMs - 4 * dayMs; atMs <= lastMs; atMs += 10 * minuteMs) {
    const step = (lastMs - atMs) / (10 * minuteMs);
    const price = Math.round(1000 + 60 * Math.sin(step / 40) + 15 * Math.sin(step / 3)) / 10;
    messages.push({ topic: 'sh600519.trade', atMs, payload: JSON.stringify({ price, size: 100 + (step % 7) * 50 }) });
    if (step % 6 !== 0) continue;
    const bar = { t: atMs - hourMs, open: price, high: price + 1, low: price - 1, close: price + 0.5, volume: 900 };
    messages.push({ topic: 'sh600519.kline.1h', atMs, payload: JSON.stringify(bar) });
  }
  return messages;
}

let broker: Broker;
let publisher: PulseMQClient;

beforeAll(async () => {
  broker = await brokerWithPast(fourDays());
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  // Lists have the topics that were published since the start.
  const now = JSON.stringify({ price: 100, size: 1 });
  await publisher.publish(namespace, 'sh600519.trade', now, { format: 'string' });
  const bar = JSON.stringify({ t: Date.now(), open: 100, high: 100, low: 100, close: 100, volume: 1 });
  await publisher.publish(namespace, 'sh600519.kline.1h', bar, { format: 'string' });
});

afterAll(async () => {
  await publisher?.close();
  await broker?.stop();
});

/** The count of the candles that are shown, once it is the expected one. */
const shows = (console: ConsolePage, count: number): Promise<void> =>
  console.page.getByRole('img', { name: `${console.words.payload.candles}: ${count},` }).waitFor();

const chooseRange = (console: ConsolePage, range: '1h' | '1d' | '5d' | '30d'): Promise<void> =>
  console.page
    .getByRole('radiogroup', { name: console.words.ranges.label })
    .getByText(console.words.topic.candles.ranges[range], { exact: true })
    .click();

async function choose(console: ConsolePage, label: string, option: string): Promise<void> {
  await console.page.getByLabel(label, { exact: true }).first().click();
  await console.page.getByRole('option', { name: option, exact: true }).click();
}

describe.each(longStoryViewers({ language: 'zh', scheme: 'dark' }, { language: 'en', scheme: 'light' }))(
  'in $language',
  (viewer) => {
    test('prices of four days are candles of each range, and of earlier ranges', async () => {
      const console = await ConsolePage.loggedIn(broker, { ...viewer, size: 'desktop' });
      try {
        const { candles, tabs } = console.words.topic;
        await openTopic(console, namespace, 'sh600519.trade');
        await openTab(console, tabs.candles);
        await console.page.getByRole('img', { name: console.words.payload.candles }).waitFor();
        await choose(console, candles.length, '1h');
        // Some of the last hour is in the range, and the price of now is a candle of its own.
        await console.page.getByRole('img', { name: / 2[3-6],/ }).waitFor();
        await chooseRange(console, '30d');
        await choose(console, candles.length, '1d');
        await shows(console, new Set([...fourDays().map(({ atMs }) => dayOf(atMs)), dayOf(Date.now())]).size);
        await chooseRange(console, '5d');
        await choose(console, candles.length, '1h');
        await console.page.getByRole('img', { name: / 9[6-9],/ }).waitFor();
        await console.picture('topic-candles');
        await console.expectSound('candles');
        await console.resize('phone');
        await console.picture('topic-candles');
        await console.expectSound('candles');
        await console.resize('desktop');
        await console.button(candles.earlier).click();
        await console.page.getByText(candles.noNumbers).waitFor();
        await console.button(candles.later).click();
        await console.page.getByRole('img', { name: / 9[6-9],/ }).waitFor();
        expect(await console.button(candles.later).isDisabled()).toBe(true);
      } finally {
        await console.close();
      }
    });

    test('bars that were published are joined to longer ones, and a column of them can be the price', async () => {
      const console = await ConsolePage.loggedIn(broker, { ...viewer, size: 'desktop' });
      try {
        const { candles, tabs } = console.words.topic;
        await openTopic(console, namespace, 'sh600519.kline.1h');
        await openTab(console, tabs.candles);
        await console.page.getByRole('img', { name: console.words.payload.candles }).waitFor();
        await chooseRange(console, '5d');
        await console.page.getByRole('img', { name: / 9[6-9],/ }).waitFor();
        await choose(console, candles.length, '4h');
        await console.page.getByRole('img', { name: / 2[5-7],/ }).waitFor();
        await choose(console, candles.price, `${console.words.payload.price}: close`);
        await console.page.getByRole('img', { name: / 2[5-7],/ }).waitFor();
        await choose(console, candles.size, candles.noSize);
        await console.expectSound('candles of published bars');
      } finally {
        await console.close();
      }
    });
  },
);

/** The number of the day by the clock of the page, Asia/Shanghai. */
const dayOf = (ms: number): number => Math.floor((ms + 8 * hourMs) / dayMs);
