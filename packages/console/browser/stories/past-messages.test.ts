import { readFileSync } from 'node:fs';
import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTab, openTopic } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';

/** The messages that the journal has of a topic: from a time on, and as a file. */

const namespace = 'market_data';

let broker: Broker;
let publisher: PulseMQClient;
let console: ConsolePage;

beforeAll(async () => {
  broker = await Broker.ready({ history: true });
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  for (let index = 1; index <= 3; index++) {
    const trade = JSON.stringify({ price: 10 + index / 2, side: index === 2 ? '=1+1' : 'B' });
    await publisher.publish(namespace, 'sh600519.trade', trade, { format: 'string' });
  }
  console = await ConsolePage.loggedIn(broker, { language: 'en', scheme: 'light', size: 'desktop' });
});

afterAll(async () => {
  await console?.close();
  await publisher?.close();
  await broker?.stop();
});

const pricesOnPage = async (): Promise<string[]> =>
  console.page.locator('#main tbody tr').locator('td:nth-child(3)').allInnerTexts();

test('a topic has its past messages with a column for each of the payload, from a time on', async () => {
  await openTopic(console, namespace, 'sh600519.trade');
  const { topic } = console.words;
  await openTab(console, topic.tabs.past);
  await console.page.locator('#main tbody tr', { hasText: '11.5' }).waitFor();
  expect(await pricesOnPage()).toEqual(['10.5', '11.0', '11.5']);
  await console.expectSound('past messages');
  await console.picture('topic-past');
  await console.page.getByLabel(topic.past.from).fill('2030-01-01T00:00:00');
  await console.page.getByText(topic.past.none).waitFor();
  await console.page.getByLabel(topic.past.from).fill('2020-01-01T00:00:00');
  await console.page.locator('#main tbody tr', { hasText: '11.5' }).waitFor();
});

test('the messages can be saved as CSV and as Parquet', async () => {
  const { actions } = console.words;
  const saved = async (format: string): Promise<Buffer> => {
    await console.page.getByRole('button', { name: actions.download }).click();
    const [file] = await Promise.all([
      console.page.waitForEvent('download'),
      console.page.getByRole('menuitem', { name: format }).click(),
    ]);
    expect(file.suggestedFilename()).toBe(`market_data-sh600519.trade.${format.toLowerCase()}`);
    return readFileSync(await file.path());
  };
  expect((await saved('CSV')).toString('utf8')).toMatch(
    /^\uFEFF_topic,_sequence,_received_at,price,side\r\n.*,10\.5,B\r\n.*,11,'=1\+1\r\n/,
  );
  const parquet = await saved('Parquet');
  expect([parquet.subarray(0, 4), parquet.subarray(-4)].map(String)).toEqual(['PAR1', 'PAR1']);
});
