import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type Alert, type AlertRule, FormatCode, MessageType, type SystemFigures } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { AlertConditions } from '../../src/control/alerts/alert-conditions.js';
import { Alerts } from '../../src/control/alerts/alerts.js';
import { DiskMeter } from '../../src/control/stats/disk-meter.js';
import { Monitor } from '../../src/control/stats/monitor.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

const publish = (topic: string, payload: string | Buffer = '1') => ({
  type: MessageType.pub,
  namespace: 'market',
  topic,
  payload: Buffer.from(payload),
  format: 0,
});
const addRule = (running: RunningServer, rule: object) =>
  running.ok<AlertRule>('POST', '/api/alert-rules', { name: 'rule', ...rule });
const alerts = (running: RunningServer, state = 'all') => running.ok<Alert[]>('GET', `/api/alerts?state=${state}`);
const firing = (running: RunningServer) =>
  until(
    () => alerts(running, 'firing'),
    (list) => list.length > 0,
  );

async function withMarket(config = {}): Promise<RunningServer> {
  const running = await RunningServer.start(config);
  await running.ok('POST', '/api/namespaces', { name: 'market' });
  const rules = [{ pattern: 'a.*', max_age_ms: 86_400_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  return running;
}

test('stale topics fire, are acknowledged, end with the next message, and fire again as another alert', async () => {
  const running = await withMarket();
  const rule = await addRule(running, { kind: 'topic_stale', namespace: 'market', pattern: 'a.*', threshold: 2 });
  expect(rule).toEqual({
    id: 1,
    name: 'rule',
    kind: 'topic_stale',
    namespace: 'market',
    pattern: 'a.*',
    threshold: 2,
    for_s: 0,
    is_enabled: true,
  });
  const lose = async (topics: string[]) => {
    const wire = await running.wire('admin', running.admin.token);
    for (const topic of topics) await wire.request(publish(topic));
    await wire.close();
  };
  await lose(['a.x', 'a.y', 'b.x']);
  const [alert] = await firing(running);
  expect(alert).toMatchObject({
    id: 1,
    rule_id: 1,
    kind: 'topic_stale',
    value: 2,
    resolved_at: null,
    muted_until: null,
  });
  expect(alert!.text).toMatch(/^2 topics are stale, such as market:a\.[xy]$/);
  const figures = () => running.ok<SystemFigures>('GET', '/api/stats/system');
  expect((await figures()).alerts).toEqual({ firing: 1 });
  expect(String((await running.call('GET', '/metrics')).body)).toMatch(/^pulsemq_alerts_firing 1$/m);
  const acknowledged = { state: 'acknowledged', acknowledged_by: 'admin', acknowledged_at: expect.any(String) };
  expect(await running.ok('POST', '/api/alerts/1/acknowledge')).toMatchObject(acknowledged);
  expect((await figures()).alerts).toEqual({ firing: 0 });
  expect(await running.call('POST', '/api/alerts/1/acknowledge')).toMatchObject({
    status: 409,
    body: { code: 'NOT_FIRING' },
  });
  expect((await running.call('POST', '/api/alerts/7/acknowledge')).status).toBe(404);
  const wire = await running.wire('admin', running.admin.token);
  await wire.request(publish('a.x'));
  const [resolved] = await until(
    () => alerts(running, 'resolved'),
    (list) => list.length === 1,
  );
  expect(resolved).toMatchObject({ id: 1, acknowledged_by: 'admin', resolved_at: expect.any(String) });
  await wire.close();
  expect(await firing(running)).toMatchObject([{ id: 2, state: 'firing' }]);
  expect((await alerts(running)).map(({ id }) => id)).toEqual([2, 1]);
  expect((await running.ok<{ op_type: string }[]>('GET', '/api/audit-logs?limit=2')).map((row) => row.op_type)).toEqual(
    [...['alert.acknowledge', 'alert.acknowledge']],
  );
});

test('a publisher that has gone fires where no rule of freshness says anything, for the meant topics alone', async () => {
  const running = await withMarket();
  await addRule(running, { name: 'other', kind: 'publisher_gone', namespace: 'other' });
  await addRule(running, { name: 'meant', kind: 'publisher_gone', pattern: 'b.*' });
  const wire = await running.wire('admin', running.admin.token);
  for (const topic of ['a.x', 'b.x']) await wire.request(publish(topic));
  await wire.close();
  const list = await firing(running);
  expect(list).toMatchObject([
    { rule_name: 'meant', value: 1, text: '1 topic has no publisher any more, such as market:b.x' },
  ]);
});

test('memory, disk and refused log-ins fire, and a muted rule does not count', async () => {
  const running = await withMarket();
  await addRule(running, { name: 'memory', kind: 'memory', threshold: 1 });
  await addRule(running, { name: 'disk', kind: 'disk', threshold: 1 });
  await addRule(running, { name: 'log-ins', kind: 'log_in_failures', threshold: 3 });
  await running.call('POST', '/login', { username: 'admin', password: 'wrong' }, null);
  await running.call('POST', '/login', { username: 'nobody', password: 'wrong' }, null);
  await expect(running.wire('admin', 'wrong')).rejects.toThrow('authentication failed');
  const list = await until(
    () => alerts(running, 'firing'),
    (all) => all.length === 3,
  );
  const texts = new Map(list.map(({ rule_name, text }) => [rule_name, text]));
  expect(texts.get('memory')).toMatch(/^the broker uses \d+ MiB of memory$/);
  expect(texts.get('disk')).toMatch(/^the disk of the database is \d+ % full$/);
  expect(texts.get('log-ins')).toBe('3 log-ins were refused in the last minute');
  const { id } = list.find(({ rule_name }) => rule_name === 'memory')!;
  const muted = await running.ok<Alert>('POST', `/api/alerts/${id}/mute`, { minutes: 5 });
  expect(Date.parse(muted.muted_until!)).toBeGreaterThan(Date.now());
  const count = async () => (await running.ok<SystemFigures>('GET', '/api/stats/system')).alerts.firing;
  expect(await count()).toBe(2);
  expect(await running.ok('POST', `/api/alerts/${id}/mute`, { minutes: 0 })).toMatchObject({ muted_until: null });
  expect(await count()).toBe(3);
  expect((await running.call('POST', `/api/alerts/${id}/mute`, { minutes: 10_081 })).status).toBe(400);
});

test('a slow client and lost messages fire, and name the client', async () => {
  const running = await withMarket({ broker: { backlog_messages: 50, backlog_bytes: 65_536, pacing_ms: 0 } });
  await addRule(running, { name: 'slow', kind: 'client_slow' });
  await addRule(running, { name: 'drops', kind: 'drops' });
  const bot = await running.user('bot', 1, 'sub');
  const reader = await running.wire('bot', bot.token);
  const stream = await running.bound(reader);
  await reader.request({ type: MessageType.sub, namespace: 'market', topic: '>' });
  stream.socket.pause();
  const wire = await running.wire('admin', running.admin.token);
  const payload = Buffer.alloc(60_000);
  const seen = new Map<string, string>();
  while (seen.size < 2) {
    await Promise.all(Array.from({ length: 20 }, () => wire.request(publish('c.x', payload))));
    for (const { rule_name, text } of await alerts(running, 'firing')) seen.set(rule_name, text);
  }
  expect(seen.get('slow')).toMatch(/^1 client reads too slowly, such as bot at 127\.0\.0\.1 \(s\d+\)$/);
  expect(seen.get('drops')).toMatch(/^\d+ messages? (was|were) lost by subscribers in the last minute$/);
});

test('rules are changed and deleted, and what does not fit their kind is refused', async () => {
  const running = await withMarket();
  const { id } = await addRule(running, { kind: 'memory', threshold: 1 });
  await firing(running);
  const changed = await running.ok('PUT', `/api/alert-rules/${id}`, { name: 'renamed', threshold: 1e9, for_s: 60 });
  expect(changed).toMatchObject({ name: 'renamed', threshold: 1e9, for_s: 60, is_enabled: true, kind: 'memory' });
  await until(
    () => alerts(running, 'resolved'),
    (list) => list.length === 1,
  );
  expect(await running.ok('GET', '/api/alert-rules')).toEqual([changed]);
  const refused = async (method: string, path: string, body: object) => {
    const { status, body: answer } = await running.call(method, path, body);
    return [status, (answer as { details?: { field: string }[] }).details?.[0]?.field];
  };
  const one = '/api/alert-rules';
  expect(await refused('POST', one, { name: 'x', kind: 'memory' })).toEqual([400, 'body.threshold']);
  expect(await refused('POST', one, { name: 'x', kind: 'disk', threshold: 101 })).toEqual([400, 'body.threshold']);
  expect(await refused('POST', one, { name: 'x', kind: 'drops', namespace: 'market' })).toEqual([
    400,
    'body.namespace',
  ]);
  expect(await refused('POST', one, { name: 'x', kind: 'drops', pattern: '>' })).toEqual([400, 'body.pattern']);
  expect(await refused('POST', one, { name: 'x', kind: 'fire' })).toEqual([400, 'body.kind']);
  expect(await refused('POST', one, { name: '', kind: 'drops' })).toEqual([400, 'body.name']);
  expect(await refused('PUT', `${one}/${id}`, { pattern: 'a' })).toEqual([400, 'body.pattern']);
  expect(await refused('PUT', `${one}/9`, { for_s: 1 })).toEqual([404, undefined]);
  await running.ok('DELETE', `${one}/${id}`);
  expect(await running.ok('GET', one)).toEqual([]);
  const rows = await running.ok<{ op_type: string }[]>('GET', '/api/audit-logs?result=ok&target=renamed');
  expect(rows.map(({ op_type }) => op_type)).toEqual(['alert_rule.delete']);
});

test('rules are there after a restart, and what still holds fires again', async () => {
  const running = await withMarket();
  const rule = await addRule(running, { kind: 'memory', threshold: 1 });
  await firing(running);
  await running.server.stop();
  const restarted = await RunningServer.start({}, running.folder);
  expect(await restarted.ok('GET', '/api/alert-rules')).toEqual([rule]);
  expect(await firing(restarted)).toMatchObject([{ rule_id: rule.id }]);
});

test('a condition must last for its time without a break', () => {
  const monitor = new Monitor();
  onTestFinished(() => monitor.stop());
  const told: string[] = [];
  const watched = new Alerts(new AlertConditions(monitor, new DiskMeter('.')), (event, alert) =>
    told.push(`${event} ${alert.id}`),
  );
  const rule = { id: 1, name: 'r', namespace: null, pattern: '>', threshold: 1, forSeconds: 10, isEnabled: true };
  watched.setRules([{ ...rule, kind: 'topic_stale' }]);
  const set = (state: 'live' | 'stale') =>
    monitor.onEvent({
      kind: 'topicStatuses',
      namespace: 'market',
      statuses: [{ topic: 'a', state, publisher: 'present', since_us: 0, reason: null, max_age_ms: 5 }],
    });
  set('stale');
  watched.onSecond(0);
  watched.onSecond(9_000);
  set('live');
  watched.onSecond(9_500);
  set('stale');
  watched.onSecond(10_000);
  watched.onSecond(19_000);
  expect(told).toEqual([]);
  watched.onSecond(20_000);
  expect(told).toEqual(['firing 1']);
  watched.mute(1, 1);
  set('live');
  watched.onSecond(21_000);
  expect(told).toEqual(['firing 1']);
  expect(watched.list('resolved')).toMatchObject([{ id: 1 }]);
});

test('counts of topics follow each change of a status, and are the same when they are taken anew', () => {
  const monitor = new Monitor();
  onTestFinished(() => monitor.stop());
  const conditions = new AlertConditions(monitor, new DiskMeter('.'));
  const base = { name: 'r', namespace: null, pattern: '*.x', threshold: 1, forSeconds: 0, isEnabled: true };
  const rules = [
    { ...base, id: 1, kind: 'topic_stale' as const },
    { ...base, id: 2, kind: 'publisher_gone' as const },
  ];
  conditions.setRules(rules);
  let seed = 7;
  const random = (limit: number): number => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed % limit;
  };
  const states = ['live', 'stale', 'deleted'] as const;
  for (let round = 0; round < 500; round++) {
    const state = states[random(3)]!;
    monitor.onEvent({
      kind: 'topicStatuses',
      namespace: `n${random(2)}`,
      statuses: Array.from({ length: 3 }, () => ({
        topic: `t${random(5)}.${['x', 'y'][random(2)]}`,
        state,
        since_us: 0,
        reason: null,
        max_age_ms: 5,
        publisher: random(2) === 0 || state === 'deleted' ? ('gone' as const) : ('present' as const),
      })),
    });
  }
  const counted = rules.map((rule) => conditions.read(rule).value);
  conditions.setRules(rules);
  expect(rules.map((rule) => conditions.read(rule).value)).toEqual(counted);
  expect(counted[0]).toBe([...monitor.statuses.stale()].filter(({ status }) => status.topic.endsWith('.x')).length);
});

test('messages that the journal cannot write fire, and so do prices that bars lack', async () => {
  const running = await RunningServer.start({
    journal: { fsync: 'always', max_bytes: 16_777_216 },
    limits: { max_open_bars: 1 },
  });
  const { id } = await running.ok<{ id: number }>('POST', '/api/namespaces', { name: 'market', history: true });
  await addRule(running, { name: 'history', kind: 'not_stored' });
  await addRule(running, { name: 'bars', kind: 'bars_lost' });
  const rules = [{ source: '*.trade', target: '{1}.bar', interval: '1d' }];
  await running.ok('PUT', `/api/namespaces/${id}/bars`, { rules });
  const wire = await running.wire('admin', running.admin.token);
  for (const topic of ['x.trade', 'y.trade']) {
    await wire.request({ ...publish(topic, '{"last":1}'), format: FormatCode.string });
  }
  // The next segment cannot be created.
  rmSync(join(running.folder, 'journal'), { recursive: true });
  const texts = new Map<string, string>();
  while (texts.size < 2) {
    await Promise.all(Array.from({ length: 20 }, () => wire.request(publish('a.x', Buffer.alloc(60_000)))));
    for (const { rule_name, text } of await alerts(running, 'firing')) texts.set(rule_name, text);
  }
  expect(texts.get('history')).toMatch(/^\d+ messages? (was|were) delivered and not stored in the last minute$/);
  expect(texts.get('bars')).toBe('1 price is missing in the bars of the last minute');
});
