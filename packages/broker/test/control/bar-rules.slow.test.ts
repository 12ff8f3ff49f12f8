import { type ApiTopic, type Bars, FormatCode } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { marketOf, metric, nextBar, rule, rules } from './bar-market.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

let broker: RunningServer;
beforeAll(async () => {
  broker = await RunningServer.open();
});
afterAll(() => broker.close());

/** A namespace of the broker, without rules when the test is over. */
async function market(name: string) {
  const found = await marketOf(broker, name);
  onTestFinished(async () => void (await broker.call('PUT', found.rulesPath, { rules: [] })));
  return found;
}

test('bar rules are stored, answered, noted in the audit log, and gone when they are empty', async () => {
  const { running, rulesPath, setRules } = await market('stored');
  expect(await running.ok('GET', rulesPath)).toEqual({ rules: [], calendars: {} });
  const short = { rules: [{ source: '*.trade', target: '{1}.kline.1s', interval: '1s' }] };
  expect(await setRules(short)).toEqual(rules());
  expect(await running.ok('GET', rulesPath)).toEqual(rules());
  const [row] = await running.ok<Record<string, string>[]>('GET', '/api/audit-logs?op_type=namespace.bars');
  expect(row).toMatchObject({ target: 'stored', namespace: 'stored', result: 'ok' });
  expect(JSON.parse(row!.new_value!)).toEqual(rules());
  const exported = await running.ok<{ namespaces: { name: string; bars: Bars }[] }>('GET', '/api/definitions');
  expect(exported.namespaces.find(({ name }) => name === 'stored')!.bars).toEqual(rules());
  expect(await setRules({ rules: [] })).toEqual({ rules: [], calendars: {} });
  expect(await running.ok('POST', '/api/definitions', { ...exported, users: [], grants: [] })).toMatchObject({
    changes: ['namespace stored: changed'],
  });
  expect(await running.ok('GET', rulesPath)).toEqual(rules());
  expect((await running.call('PUT', '/api/namespaces/999/bars', { rules: [] })).status).toBe(404);
});

const calendar = { time_zone: 'Asia/Shanghai', weekdays: ['mon'], ranges: [['09:30', '11:30']], holidays: [] };
test.each([
  ['rules', {}, ''],
  ['rules.0.source', rules({ source: 'a..b' }), 'a level is empty'],
  ['rules.0.source', rules({ source: '*.x.y.z', target: '{1}.k' }), '4 levels, the limit is 3 (limits.topic_levels)'],
  ['rules.0.target', rules({ target: '{1}.a.b.c' }), '4 levels, the limit is 3 (limits.topic_levels)'],
  ['rules.0.target', rules({ target: '{2}.bar' }), '"{2}" stands for wildcard 2 of the source, and "*.trade" has 1'],
  ['rules.0.target', rules({ target: 'all.bar' }), '{1} is missing'],
  ['rules.0.target', rules({ target: 'x{1}.bar' }), 'only A-Z'],
  ['rules.0.target', rules({ target: '{1}.trade' }), 'bars would be made of bars'],
  ['rules.0.target', rules({ source: '>', target: 'bars.{1}' }), 'bars would be made of bars'],
  ['rules.1.target', { rules: [rule, { ...rule, source: '*.quote' }] }, 'the same topic as "{1}.kline.1s"'],
  ['rules.0.interval', rules({ interval: '7m' }), 'divides a day'],
  ['rules.0.grace_ms', rules({ grace_ms: 3_600_001 }), 'from 0 to 3600000'],
  ['rules.0.update_ms', rules({ update_ms: 249 }), 'from 250 to 3600000'],
  ['rules.0.calendar', rules({ calendar: 'cn' }), 'there is no calendar "cn"'],
  ['rules.0.zone', { rules: [{ ...rule, calendar: 'cn', zone: 'UTC' }], calendars: { cn: calendar } }, 'combined'],
  ['rules.0.zone', rules({ zone: 'Asia/Atlantis' }), 'time zone'],
])('a wrong %s is refused, and names the field: %j', async (field, body, problem) => {
  const { rulesPath } = await market('refused');
  const answer = await broker.call('PUT', rulesPath, body);
  const details = [{ field: `body.${field}`, problem: expect.stringContaining(problem) }];
  expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_INPUT', details } });
});

test('a bar is a text of JSON of the user $broker, published when its interval has ended', async () => {
  const { running, wire, setRules, trade, open } = await market('shape');
  const reader = await open();
  await setRules(rules());
  for (const price of [10, 12.5, '9.5', 11]) await wire.request(trade({ price, size: 2 }));
  const bars = [await nextBar(reader)];
  while (bars.reduce((sum, { count }) => sum + count, 0) < 4) bars.push(await nextBar(reader));
  const volume = bars.reduce((sum, one) => sum + one.volume!, 0);
  expect([bars[0]!.open, bars.at(-1)!.close, volume]).toEqual([10, 11, 8]);
  expect(Math.max(...bars.map(({ high }) => high))).toBe(12.5);
  expect(Math.min(...bars.map(({ low }) => low))).toBe(9.5);
  const alike = { topic: 'a.kline.1s', username: '$broker', format: FormatCode.string, interval: '1s' };
  for (const bar of bars) expect(bar).toMatchObject({ ...alike, isFinal: true, isCorrected: false });
  expect(bars.map(({ t }) => t % 1_000)).toEqual(bars.map(() => 0));
  const topics = await until(
    () => running.ok<ApiTopic[]>('GET', '/api/topics?namespace=shape'),
    (found) => found.some(({ name, live }) => name === 'a.kline.1s' && live != null),
  );
  const kline = topics.find(({ name }) => name === 'a.kline.1s');
  expect(kline).toMatchObject({ created_by: '$broker', live: { last_publisher: '$broker' } });
  await until(
    () => metric(running, 'published_total'),
    (count) => count >= bars.length,
  );
});

test('a late price corrects its bar within the grace, and none after it', async () => {
  const { running, wire, setRules, trade, open } = await market('late');
  await setRules(rules({ time: 'at', grace_ms: 600_000 }));
  const reader = await open();
  const start = Math.floor(Date.now() / 1_000) * 1_000 - 5_000;
  await wire.request(trade({ at: start + 500, price: 5 }));
  expect(await nextBar(reader)).toMatchObject({ t: start, open: 5, count: 1, isFinal: true, isCorrected: false });
  await wire.request(trade({ at: start + 400, price: 7 }));
  const corrected = await nextBar(reader);
  expect(corrected).toMatchObject({ t: start, open: 7, high: 7, low: 5, close: 5, count: 2 });
  expect(corrected).toMatchObject({ isFinal: true, isCorrected: true });
  await wire.request(trade({ at: start - 700_000, price: 1 }));
  await until(
    () => metric(running, 'late_total'),
    (count) => count === 1,
  );
});

test('a bar is shown before it ends where the rule says so', async () => {
  const { wire, setRules, trade, open } = await market('open');
  await setRules(rules({ interval: '1d', update_ms: 250 }));
  const reader = await open();
  await wire.request(trade({ price: 5 }));
  expect(await nextBar(reader)).toMatchObject({ close: 5, count: 1, isFinal: false, isCorrected: false, volume: null });
  await wire.request(trade({ price: 6 }));
  expect(await nextBar(reader)).toMatchObject({ open: 5, close: 6, count: 2, isFinal: false, gap: 'start' });
});

test('a rule that goes ends its bars, and a namespace that is deleted too', async () => {
  const { running, id, wire, setRules, trade } = await market('ended');
  const openCount = () => metric(running, 'open');
  for (const end of [() => setRules({ rules: [] }), () => running.ok('DELETE', `/api/namespaces/${id}?force=true`)]) {
    await setRules(rules({ interval: '1d' }));
    await wire.request(trade({ price: 5 }));
    await until(openCount, (count) => count === 1);
    await end();
    await until(openCount, (count) => count === 0);
  }
});
