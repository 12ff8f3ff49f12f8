import type { ApiConnection, ApiTopic, ConnectionPoint, TopicMinutes, TopicValues } from '@pulsemq/protocol';
import { MessageType } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeCodeOf } from '../../src/control/stats/close-codes.js';
import { ConnectionPast, pastStepMs } from '../../src/control/stats/connection-past.js';
import { emptyConnectionRow } from '../../src/control/stats/connection-row.js';
import { meaningOfIncident } from '../../src/control/stats/incident-codes.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

/** What lists show of topics and connections beside their figures. */

const json = (namespace: string, topic: string, data: object) => ({
  namespace,
  topic,
  format: 'string',
  data: JSON.stringify(data),
});

let running: RunningServer;

beforeAll(async () => {
  running = await RunningServer.open();
});

afterAll(() => running.close());

/** The ids of topics by name, once the store has them all. */
async function topicIds(count: number): Promise<ReadonlyMap<string, number>> {
  const list = (): Promise<ApiTopic[]> => running.ok<ApiTopic[]>('GET', '/api/topics?limit=1000');
  const topics = await until(list, ({ length }) => length >= count);
  return new Map(topics.map(({ id, namespace, name }) => [`${namespace}:${name}`, id]));
}

test('D9: the newest values of the topics of a list, by column; topics without a kept value have no row', async () => {
  await running.ok('POST', '/api/namespaces', { name: 'market', keep_last_value: true });
  await running.ok('POST', '/api/namespaces', { name: 'plain' });
  await running.ok('POST', '/api/publish', json('market', 'a.tick', { last: 10.5, bid: 10.4 }));
  await running.ok('POST', '/api/publish', json('market', 'a.tick', { last: 10.6, bid: 10.5, depth: [1, 2] }));
  const bars = [
    { close: 1, volume: 5 },
    { close: 2.5, volume: 7 },
  ];
  await running.ok('POST', '/api/publish', { namespace: 'market', topic: 'a.bars', format: 'df_pyarrow', data: bars });
  await running.ok('POST', '/api/publish', json('plain', 'b', { last: 1 }));
  const ids = await topicIds(3);
  const asked = [ids.get('market:a.tick'), ids.get('plain:b'), ids.get('market:a.bars'), 99_999];
  const rows = await running.ok<TopicValues[]>('GET', `/api/topics/values?ids=${asked.join(',')}`);
  const byId = new Map(rows.map((row) => [row.id, row]));
  expect([...byId.keys()].sort()).toEqual([ids.get('market:a.tick'), ids.get('market:a.bars')].sort());
  expect(byId.get(ids.get('market:a.tick')!)).toMatchObject({ sequence: 2, values: { last: 10.6, bid: 10.5 } });
  expect(byId.get(ids.get('market:a.bars')!)!.values).toEqual({ close: 2.5, volume: 7 });
  // An unchanged value is answered from what was decoded before, a new one is decoded.
  await running.ok('POST', '/api/publish', json('market', 'a.tick', { last: 11 }));
  const again = await running.ok<TopicValues[]>('GET', `/api/topics/values?ids=${ids.get('market:a.tick')}`);
  expect(again[0]).toMatchObject({ sequence: 3, values: { last: 11 } });
});

test('a list of ids that is none is refused', async () => {
  for (const ids of ['', '0', '1,', 'a', '1,2,-3', Array(101).fill(1).join(',')]) {
    for (const path of ['/api/topics/values', '/api/stats/topics/minutes']) {
      expect((await running.call('GET', `${path}?ids=${ids}`)).status, `${path} ${ids}`).toBe(400);
    }
  }
});

test('the last thirty minutes of topics are there for a list, with zeros where nothing came', async () => {
  await running.ok('POST', '/api/publish', json('market', 'past', { last: 1 }));
  const id = (await topicIds(4)).get('market:past')!;
  const rows = await running.ok<TopicMinutes[]>('GET', `/api/stats/topics/minutes?ids=${id},777`);
  expect(rows.map((row) => [row.id, row.msg_counts.length])).toEqual([
    [id, 30],
    [777, 30],
  ]);
  expect(rows[1]!.msg_counts.every((count) => count === 0)).toBe(true);
});

test('the past of a connection has a point every ten seconds, of five minutes at most', () => {
  const past = new ConnectionPast();
  const startMs = 1_700_000_000_000;
  for (let step = 1; step <= 32; step += 1) {
    const row = { ...emptyConnectionRow, deliveredCount: step * 100, queuedBytes: step, lagMs: 2 * step };
    past.add(row, startMs + step * pastStepMs, 10);
  }
  const points = past.points();
  expect(points).toHaveLength(30);
  expect(points[0]).toEqual({ ts: startMs / 1000 + 30, msg_rate_in: 0, msg_rate_out: 10, queued_bytes: 3, lag_ms: 6 });
  expect(points.at(-1)).toMatchObject({ ts: startMs / 1000 + 320, queued_bytes: 32 });
});

test('a closed connection keeps its past and says why it was closed, by a code and by a sentence', async () => {
  const peer = await running.wire('admin', running.admin.token);
  await peer.request({ type: MessageType.pub, namespace: 'a', topic: 'b', payload: Buffer.from('x') });
  const list = (): Promise<ApiConnection[]> => running.ok<ApiConnection[]>('GET', '/api/connections');
  const [open] = await until(list, ({ length }) => length > 0);
  expect(open).toMatchObject({ close_code: null, close_reason: null, client_name: null });
  await running.ok('POST', `/api/connections/${open!.connection_id}/disconnect`, {});
  const path = `/api/connections/${open!.connection_id}`;
  const ask = (): Promise<ApiConnection> => running.ok<ApiConnection>('GET', path);
  expect(await until(ask, ({ closed_at }) => closed_at !== null)).toMatchObject({
    close_code: 'by_administrator',
    close_reason: 'disconnected by an administrator',
  });
  const points = await running.ok<ConnectionPoint[]>('GET', `/api/stats/connections/${open!.connection_id}/history`);
  expect(Array.isArray(points)).toBe(true);
  expect((await running.call('GET', '/api/stats/connections/s999/history')).status).toBe(404);
});

test.each([
  ['closed by peer', 'peer_closed'],
  ['no answer to a PING within 3000 ms', 'ping_timeout'],
  ['token was reset', 'token_reset'],
  ['user is not active', 'user_inactive'],
  ['users of this type may not publish or subscribe', 'no_access'],
  ['slow subscriber: 900 bytes wait, limit 800; its policy is disconnect', 'too_slow'],
  ['bound to session 7', 'bound'],
  ['broker is shutting down', 'broker_stopped'],
  ['frame of 9 bytes exceeds maxFrameBytes 8', 'other'],
])('the reason %j has the code %s', (reason, code) => expect(closeCodeOf(reason)).toBe(code));

test.each([
  ['log-in of "bot" refused', 'log_in_refused', { username: 'bot' }],
  ['PLAIN log-in of "b\\"o" refused', 'log_in_refused', { username: 'b"o' }],
  [
    'permission denied: "bot" may not publish to namespace "secret"',
    'publish_denied',
    { username: 'bot', namespace: 'secret' },
  ],
  [
    'permission denied: "bot" may not subscribe in namespace "secret"',
    'subscribe_denied',
    { username: 'bot', namespace: 'secret' },
  ],
  ['bad greeting: x', 'other', {}],
])('the incident %j has the code %s', (text, code, values) => {
  expect(meaningOfIncident(text)).toEqual({ code, values });
});
