import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTab, openTopic } from '../pages/topic.js';
import type { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { longStoryViewers } from '../support/looks.js';
import { brokerWithPast } from '../support/past-days.js';
import { filled } from '../support/words.js';

/** An hour of prices is played again: faster, from another place, and with a pause. */

const namespace = 'market_data';
const topic = 'sh600519.trade';
const tenSecondsMs = 10_000;
const count = 361;
const startMs = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7_200_000;

const payload = (index: number): string =>
  JSON.stringify({ price: Math.round(1000 + 30 * Math.sin(index / 25)) / 10, size: index });

let broker: Broker;
let publisher: PulseMQClient;

beforeAll(async () => {
  const messages = Array.from({ length: count }, (_, index) => ({
    topic,
    atMs: startMs + index * tenSecondsMs,
    payload: payload(index),
  }));
  broker = await brokerWithPast(messages);
  publisher = await broker.client(broker.admin.username, broker.admin.token);
  await publisher.publish(namespace, topic, payload(count), { format: 'string' });
});

afterAll(async () => {
  await publisher?.close();
  await broker?.stop();
});

/** A time as a date field has it, in the zone of the browser. */
const fieldTime = (ms: number): string => new Date(ms + 8 * 3_600_000).toISOString().slice(0, -1);

const sizes = (console: ConsolePage): Promise<string[]> =>
  console.page.locator('#main tbody tr').locator('td:nth-child(4)').allInnerTexts();

describe.each(longStoryViewers({ language: 'en', scheme: 'light' }, { language: 'zh', scheme: 'dark' }))(
  'in $language',
  (viewer) => {
    test('a range is played to its end, again from a place in it, and paused', async () => {
      const console = await ConsolePage.loggedIn(broker, { ...viewer, size: 'desktop' });
      try {
        const { replay, tabs } = console.words.topic;
        const played = (n: number): Promise<void> =>
          console.page.getByText(filled(replay.played_other, { n }), { exact: true }).waitFor();
        await openTopic(console, namespace, topic);
        await openTab(console, tabs.replay);
        await console.page.getByLabel(replay.from, { exact: true }).fill(fieldTime(startMs + 3_600_000));
        await console.page.getByLabel(replay.to, { exact: true }).fill(fieldTime(startMs));
        await console.page.getByText(replay.noRange).waitFor();
        await console.page.getByLabel(replay.from, { exact: true }).fill(fieldTime(startMs));
        await console.page.getByLabel(replay.to, { exact: true }).fill(fieldTime(startMs + 3_600_001));
        await console.page.getByText(replay.none).waitFor();
        await console.page.getByLabel(replay.speed, { exact: true }).first().click();
        await console.page.getByRole('option', { name: '600x', exact: true }).click();
        await console.button(replay.play).click();
        await console.page.getByText(replay.states.ended, { exact: true }).waitFor();
        await played(count);
        expect((await sizes(console)).slice(0, 3)).toEqual(['360', '359', '358']);
        await console.page.getByRole('img', { name: new RegExp(console.words.payload.line) }).waitFor();
        await console.picture('topic-replay');
        await console.expectSound('a replay');
        await console.resize('phone');
        await console.picture('topic-replay');
        await console.expectSound('a replay');
        await console.resize('desktop');

        const position = console.page.getByRole('slider', { name: replay.position });
        await position.fill(String(startMs + 3_000_000));
        await console.page.getByText(replay.states.paused, { exact: true }).waitFor();
        await console.button(replay.play).click();
        await played(61);
        await console.page.getByText(replay.states.ended, { exact: true }).waitFor();
        expect((await sizes(console)).at(0)).toBe('360');

        await position.fill(String(startMs));
        await console.page.getByLabel(replay.speed, { exact: true }).first().click();
        await console.page.getByRole('option', { name: '10x', exact: true }).click();
        await console.button(replay.play).click();
        await console.page.locator('#main tbody tr').first().waitFor();
        await console.button(console.words.actions.pause).click();
        await console.page.getByText(replay.states.paused, { exact: true }).waitFor();
        const shown = await position.inputValue();
        expect(Number(shown)).toBeLessThan(startMs + 3_600_001);
        expect((await sizes(console)).at(-1)).toBe('0');
      } finally {
        await console.close();
      }
    });
  },
);
