import { expect, test } from 'vitest';
import { marketOf, nextBar, rules } from './bar-market.js';
import { RunningServer, temporaryFolder } from './running-server.js';
import { until } from './until.js';

test('after a restart the first bar is incomplete and those after it are whole, and history has what was published', async () => {
  const folder = temporaryFolder();
  const first = await RunningServer.start({}, folder);
  await (await marketOf(first, 'day', true)).setRules(rules());
  await first.server.stop();
  const running = await RunningServer.start({}, folder);
  const { wire, trade, open } = await marketOf(running, 'day');
  const reader = await open();
  let sent = 0;
  const timer = setInterval(() => wire.send(trade({ last: ++sent, volume: 1 })), 50);
  const bars = [await nextBar(reader)];
  while (!bars.at(-1)!.isComplete) bars.push(await nextBar(reader));
  clearInterval(timer);
  // The broker may have been up before the second of the first price began.
  for (const bar of bars.slice(0, -1)) expect(bar).toMatchObject({ isComplete: false, gap: 'start', isFinal: true });
  const [complete, before] = [bars.at(-1)!, bars.at(-2)];
  expect(complete).not.toHaveProperty('gap');
  expect(complete.open).toBe((before?.close ?? 0) + 1);
  expect(complete.close - complete.open + 1).toBe(complete.count);
  expect(complete.volume).toBe(complete.count);
  // The journal is written a moment later.
  const query = 'namespace=day&pattern=*.kline.1s';
  const stored = await until(
    () => running.ok<Record<string, unknown>[]>('GET', `/api/history?${query}`),
    (rows) => rows.length >= bars.length,
  );
  const told = bars.map(({ topic: _topic, username: _username, format: _format, ...bar }) => bar);
  expect(stored.slice(0, told.length)).toMatchObject(told);
});
