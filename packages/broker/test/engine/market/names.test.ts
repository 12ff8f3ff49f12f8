import { WireError } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { inShort, pub, startMarket, sub, untilSnapshotEnd } from './market-fixture.js';

/** The longest topic there is: 8 levels, 222 characters. */
const longest = [...Array.from({ length: 7 }, () => 'x'.repeat(27)), 'x'.repeat(26)].join('.');

test('names as markets write them: BTC-USDT, EUR/USD, and the bars of a stock', async () => {
  const { session, bound } = await startMarket({ topicLevelCount: 8 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const stream = await bound(reader.ticket);
  const names = ['BTC-USDT.trade', 'EUR/USD', '600000.SH.kline.1m', longest];
  expect(longest.length).toBe(222);
  for (const pattern of ['*.trade', 'EUR/USD', '600000.SH.>', `${'*.'.repeat(7)}*`]) await reader.request(sub(pattern));
  for (const name of names) await publisher.request(pub(name, '1'));
  const large = 'L'.repeat(300_000);
  await publisher.request(pub(longest, large));
  const seen = [];
  for (let count = 0; count < 5; count++) seen.push(inShort(await stream.delivery()));
  expect(seen).toEqual([...names.map((name) => `${name}=1`), `${longest}=${large}`]);
});

test('the longest names have images, and conflate', async () => {
  const { session, bound } = await startMarket({ topicLevelCount: 8 });
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  await publisher.request(pub(longest, '1'));
  const stream = await bound(reader.ticket);
  await reader.request(sub('>', { snapshot: true, onSlow: 'conflate' }));
  expect((await untilSnapshotEnd(stream)).seen.map(inShort)).toEqual([`~${longest}=1`]);
  stream.socket.pause();
  for (let index = 0; index < 400; index++) await publisher.request(pub(longest, `${index} ${'x'.repeat(40_000)}`));
  stream.socket.resume();
  let newest = '';
  while (!newest.startsWith('399 ')) newest = inShort(await stream.delivery()).split('=')[1]!;
});

test('more levels than limits.topic_levels are refused by name', async () => {
  const { session } = await startMarket();
  const [publisher, reader] = [await session('publisher'), await session('reader')];
  const problem = { error_code: WireError.badName, error_message: expect.stringContaining('limits.topic_levels') };
  expect((await publisher.request(pub('a.b.c.d', '1'))).body).toMatchObject(problem);
  expect((await reader.request(sub('a.b.c.>'))).body).toMatchObject(problem);
});
