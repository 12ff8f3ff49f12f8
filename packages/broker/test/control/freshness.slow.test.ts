import { type ApiTopic, type Freshness, type LiveEvent, MessageType, type SystemFigures } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { EventReader } from './event-reader.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

const publish = (topic: string) => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from('1'),
});
const always = (max_age_ms: number, pattern = '>'): Freshness => ({
  rules: [{ pattern, max_age_ms, calendar: null }],
  calendars: {},
});
const rulesPath = '/api/namespaces/1/freshness';

/** A calendar whose market is closed all around now. */
function closedNow(): Freshness['calendars'][string] {
  const dates = [-2, -1, 0, 1, 2].map((days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10));
  return {
    time_zone: 'UTC',
    weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
    ranges: [['00:00', '24:00']],
    holidays: dates,
  };
}

async function withMarket(): Promise<RunningServer> {
  const running = await RunningServer.start();
  await running.ok('POST', '/api/namespaces', { name: 'market', keep_last_value: true });
  return running;
}

/** The topics of the market by name, once `isSo`. */
async function topicsOnce(running: RunningServer, isSo: (topics: Map<string, ApiTopic>) => boolean) {
  return until(
    async () => new Map((await running.ok<ApiTopic[]>('GET', '/api/topics')).map((one) => [one.name, one])),
    isSo,
  );
}

test('rules are stored, answered, noted in the audit log, and gone when they are empty', async () => {
  const running = await withMarket();
  expect(await running.ok('GET', rulesPath)).toEqual({ rules: [], calendars: {} });
  const rules = { rules: [{ pattern: '*.quote', max_age_ms: 5_000, calendar: 'cn' }], calendars: { cn: closedNow() } };
  expect(await running.ok('PUT', rulesPath, rules)).toEqual(rules);
  expect(await running.ok('GET', rulesPath)).toEqual(rules);
  const [row] = await running.ok<Record<string, string>[]>('GET', '/api/audit-logs?op_type=namespace.freshness');
  expect(row).toMatchObject({ target: 'market', namespace: 'market', result: 'ok' });
  expect(JSON.parse(row!.old_value!)).toEqual({ rules: [], calendars: {} });
  expect(JSON.parse(row!.new_value!)).toEqual(rules);
  expect(await running.ok('PUT', rulesPath, { rules: [] })).toEqual({ rules: [], calendars: {} });
  expect((await running.call('PUT', '/api/namespaces/9/freshness', { rules: [] })).status).toBe(404);
});

const rule = { pattern: '>', max_age_ms: 1_000, calendar: 'cn' };
const calendar = { time_zone: 'Asia/Shanghai', weekdays: ['mon'], ranges: [['09:30', '11:30']], holidays: [] };
test.each([
  ['body.rules', {}],
  ['body.rules.0.pattern', { rules: [{ pattern: 'a..b', max_age_ms: 1_000 }] }],
  ['body.rules.0.max_age_ms', { rules: [{ pattern: '>', max_age_ms: 99 }] }],
  ['body.rules.0.max_age_ms', { rules: [{ pattern: '>', max_age_ms: 604_800_001 }] }],
  ['body.rules.0.max_age_ms', { rules: [{ pattern: '>', max_age_ms: 100.5 }] }],
  ['body.rules.0.calendar', { rules: [rule], calendars: {} }],
  ['body.rules', { rules: Array(101).fill({ pattern: '>', max_age_ms: 1_000 }) }],
  ['body.calendars.cn.time_zone', { rules: [rule], calendars: { cn: { ...calendar, time_zone: 'Asia/Atlantis' } } }],
  ['body.calendars.cn.weekdays.0', { rules: [rule], calendars: { cn: { ...calendar, weekdays: ['Monday'] } } }],
  ['body.calendars.cn.ranges.0.0', { rules: [rule], calendars: { cn: { ...calendar, ranges: [['24:00', '15:00']] } } }],
  ['body.calendars.cn.holidays.0', { rules: [rule], calendars: { cn: { ...calendar, holidays: ['2026-02-30'] } } }],
  [
    'body.calendars',
    { rules: [], calendars: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`c${at}`, calendar])) },
  ],
])('a wrong %s is refused, and names the field', async (field, body) => {
  const running = await withMarket();
  for (const [method, path] of [
    ['PUT', rulesPath],
    ['POST', `${rulesPath}/preview`],
  ] as const) {
    const answer = await running.call(method, path, body);
    expect(answer).toMatchObject({ status: 400, body: { code: 'BAD_INPUT', details: [{ field }] } });
  }
  expect(await running.ok('GET', rulesPath)).toEqual({ rules: [], calendars: {} });
});

test('D2: a topic is stale by its rule alone, everywhere, from its publisher leaving to its next message', async () => {
  const running = await withMarket();
  await running.ok('PUT', rulesPath, always(60_000, 'a.*'));
  const stream = await EventReader.open(running, '/api/stream');
  const wire = await running.wire('admin', running.admin.token);
  for (const topic of ['a.x', 'b.x']) await wire.request(publish(topic));
  const before = await topicsOnce(running, (topics) => topics.get('b.x')?.live != null);
  expect(before.get('a.x')).toMatchObject({ state: 'live', publisher: 'present', is_stale: false, stale_since: null });
  await wire.close();
  const topics = await topicsOnce(running, (now) => now.get('a.x')!.is_stale && now.get('b.x')!.publisher === 'gone');
  const stale = { state: 'stale', publisher: 'gone', is_stale: true, reason: 'publisher_gone' };
  expect(topics.get('a.x')).toMatchObject({ ...stale, stale_since: expect.stringMatching(/^20.*Z$/), live: stale });
  expect(topics.get('b.x')).toMatchObject({ state: 'live', publisher: 'gone', is_stale: false, reason: null });
  const id = topics.get('a.x')!.id;
  expect(await running.ok('GET', `/api/topics/${id}/last`)).toMatchObject(stale);
  const event = await stream.next(({ name, data }) => name === 'event' && (data as LiveEvent).kind === 'topicStale');
  expect((event.data as LiveEvent).text).toBe('market:a.x is stale: its publisher has gone');
  const figures = await running.ok<SystemFigures>('GET', '/api/stats/system');
  expect(figures.stale_topics).toBe(1);
  expect(figures.stale).toMatchObject([{ id, name: 'a.x', last_publisher: 'admin', reason: 'publisher_gone' }]);
  const metrics = async () => String((await running.call('GET', '/metrics')).body);
  await until(metrics, (text) => /^pulsemq_topics_stale 1$/m.test(text));
  expect(await metrics()).toMatch(/^pulsemq_feed_age_seconds\{quantile="0.99"\} [\d.]+$/m);

  const again = await running.wire('admin', running.admin.token);
  await again.request(publish('a.x'));
  await topicsOnce(running, (now) => now.get('a.x')!.state === 'live' && now.get('a.x')!.publisher === 'present');
  expect((await running.ok<SystemFigures>('GET', '/api/stats/system')).stale).toEqual([]);
});

test('D2: a silent topic and one that never started are stale after their age; outside the hours none is', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publish('a'));
  await topicsOnce(running, (topics) => topics.get('a')?.live != null);
  await running.ok('PUT', rulesPath, always(100));
  const silent = await topicsOnce(running, (topics) => topics.get('a')!.is_stale);
  expect(silent.get('a')).toMatchObject({ reason: 'silent', publisher: 'present' });
  await running.ok('PUT', rulesPath, {
    rules: [{ pattern: '>', max_age_ms: 100, calendar: 'cn' }],
    calendars: { cn: closedNow() },
  });
  const closed = await topicsOnce(running, (topics) => topics.get('a')!.reason === 'outside_hours');
  expect(closed.get('a')).toMatchObject({ state: 'live', stale_since: null });
  await running.server.stop();
  const restarted = await RunningServer.start({}, running.folder);
  await restarted.ok('PUT', rulesPath, always(100));
  const [topic] = await until(
    () => restarted.ok<ApiTopic[]>('GET', '/api/topics?stale=true'),
    (list) => list.length === 1,
  );
  expect(topic).toMatchObject({ name: 'a', live: null, reason: 'never_started', publisher: 'gone' });
  const { stale } = await restarted.ok<SystemFigures>('GET', '/api/stats/system');
  expect(stale).toMatchObject([{ name: 'a', last_published_at: null, last_publisher: null }]);
  await restarted.ok('DELETE', `/api/topics/${topic!.id}`);
  await until(
    () => restarted.ok<SystemFigures>('GET', '/api/stats/system'),
    ({ stale_topics }) => stale_topics === 0,
  );
});

test('a preview says what rules would call stale now, changes nothing and leaves no audit row', async () => {
  const running = await withMarket();
  const wire = await running.wire('admin', running.admin.token);
  for (const topic of ['a.x', 'a.y', 'b.x']) await wire.request(publish(topic));
  await topicsOnce(running, (topics) => topics.size === 3);
  const preview = (body: Freshness) => running.ok('POST', `${rulesPath}/preview`, body);
  const none = { stale_now: 0, topics: [], topic_count: 3 };
  expect(await preview(always(60_000))).toEqual({ ...none, under_rule: 3 });
  const closed = { rules: [{ pattern: 'a.*', max_age_ms: 100, calendar: 'cn' }], calendars: { cn: closedNow() } };
  expect(await preview(closed)).toEqual({ ...none, under_rule: 2 });
  const shown = await until(
    () => preview({ rules: [...always(60_000, 'a.x').rules, ...always(100, 'a.*').rules], calendars: {} }),
    ({ stale_now }) => stale_now === 1,
  );
  expect(shown).toEqual({ stale_now: 1, topics: ['a.y'], under_rule: 2, topic_count: 3 });
  await wire.close();
  await until(
    () => preview(always(60_000, 'b.*')),
    ({ stale_now }) => stale_now === 1,
  );
  expect(await running.ok('GET', rulesPath)).toEqual({ rules: [], calendars: {} });
  expect(await running.ok('GET', '/api/audit-logs?op_type=namespace.freshness')).toEqual([]);
});

test('rules act again after a restart', async () => {
  const running = await withMarket();
  await running.ok('PUT', rulesPath, always(60_000));
  await running.server.stop();
  const restarted = await RunningServer.start({}, running.folder);
  const wire = await restarted.wire('admin', restarted.admin.token);
  await wire.request(publish('a'));
  await wire.close();
  await topicsOnce(restarted, (topics) => topics.get('a')?.reason === 'publisher_gone');
});

test('rules travel with the definitions; a file without them leaves them as they are', async () => {
  const from = await withMarket();
  const rules = { rules: [{ pattern: '>', max_age_ms: 1_000, calendar: 'cn' }], calendars: { cn: closedNow() } };
  await from.ok('PUT', rulesPath, rules);
  const file = await from.ok<{ namespaces: { freshness?: unknown }[] }>('GET', '/api/definitions');
  expect(file.namespaces).toMatchObject([{ name: 'market', freshness: rules }]);
  const to = await RunningServer.start();
  await to.ok('POST', '/api/definitions', file);
  expect(await to.ok('GET', rulesPath)).toEqual(rules);
  expect(await to.ok('POST', '/api/definitions', file)).toMatchObject({ changes: [] });
  delete file.namespaces[0]!.freshness;
  expect(await to.ok('POST', '/api/definitions', file)).toMatchObject({ changes: [] });
  file.namespaces[0]!.freshness = null;
  expect(await to.ok('POST', '/api/definitions', file)).toMatchObject({ changes: ['namespace market: changed'] });
  expect(await to.ok('GET', rulesPath)).toEqual({ rules: [], calendars: {} });
});
