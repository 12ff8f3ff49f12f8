import { type LiveEvent, MessageType, type TopicStateReason } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { LiveEvents, type ObservedEvent } from '../../src/control/stats/live-events.js';
import type { NamedStatus } from '../../src/control/stats/topic-statuses.js';
import { connectionColumns } from '../../src/port-report.js';
import { EventReader } from './event-reader.js';
import { RunningServer } from './running-server.js';

const usernameOf = (id: number): string => `user${id}`;
const whole = { slowSubscriberCount: 0 } as never;

const rowOf = <Columns extends readonly string[]>(columns: Columns, values: Partial<Record<string, number>>) =>
  Float64Array.from(columns, (name) => values[name] ?? 0);

/** The console's events for these events of the engine. */
function linesOf(...events: ObservedEvent[]): string[] {
  const live = new LiveEvents();
  const lines: string[] = [];
  live.listen((event: LiveEvent) => lines.push(`${event.kind}: ${event.text}`));
  for (const event of events) live.onEvent(event, usernameOf);
  return lines;
}

const opened = (session: number): ObservedEvent => ({
  kind: 'sessionOpened',
  session,
  userId: session,
  address: '10.0.0.1',
  port: 1,
  client: 'x',
  clientName: null,
});
const counters = { kind: 'counters', counters: {} } as ObservedEvent;
const report = (topics: Float64Array, connections: Float64Array): ObservedEvent => ({
  kind: 'report',
  report: { second: 0, topics, delays: new Uint32Array(0), connections, whole },
});
const none = new Float64Array(0);

test('a hundred who connect in one second are twenty lines and a number', () => {
  const lines = linesOf(...Array.from({ length: 100 }, (_, at) => opened(at + 1)), counters, opened(101));
  expect(lines.slice(0, 2)).toEqual(['connected: user1 connected', 'connected: user2 connected']);
  expect(lines.slice(20)).toEqual([
    'connected: 80 more of this kind in the last second',
    'connected: user101 connected',
  ]);
});

test('a client that falls behind or loses messages is reported once, not every second', () => {
  const row = (values: object) => rowOf(connectionColumns, { session: 1, ...values });
  const slow = { isSlow: 1, queuedCount: 7, queuedBytes: 70, lagMs: 1_200.4 };
  const lines = linesOf(
    opened(1),
    report(none, row({})),
    report(none, row(slow)),
    report(none, row({ ...slow, droppedHwm: 5 })),
    report(none, row({ ...slow, droppedHwm: 9 })),
    {
      kind: 'sessionClosed',
      session: 1,
      userId: 1,
      reason: 'closed by peer',
      figures: row({ droppedHwm: 9, droppedAtClose: 2 }),
    },
  );
  expect(lines).toEqual([
    'connected: user1 connected',
    'slowSubscriber: user1 reads too slowly: 7 messages and 70 bytes are queued, the oldest for 1200 ms',
    'drops: user1 lost 5 messages, 5 since it connected',
    'drops: user1 lost 6 messages, 11 since it connected',
    'disconnected: user1 disconnected: closed by peer',
  ]);
});

test('few topics that become stale are named with the cause, a burst is one line with their number', () => {
  const stale = (reason: TopicStateReason, ...topics: string[]): NamedStatus[] =>
    topics.map((topic) => ({
      namespace: 'market',
      status: { topic, state: 'stale', publisher: 'gone', since_us: 0, reason, max_age_ms: 5_000 },
    }));
  const live = new LiveEvents();
  const lines: string[] = [];
  live.listen((event: LiveEvent) => lines.push(`${event.kind}: ${event.text}`));
  live.topicsStale(stale('silent', 't1'));
  live.topicsStale(stale('publisher_gone', 't2'));
  live.topicsStale(stale('never_started', 't3'));
  expect(lines).toEqual([]);
  live.onEvent(report(none, none), usernameOf);
  expect(lines.splice(0)).toEqual([
    'topicStale: market:t1 is stale: it has had no message for more than 5000 ms',
    'topicStale: market:t2 is stale: its publisher has gone',
    'topicStale: market:t3 is stale: nothing was published to it since its market opened',
  ]);
  live.topicsStale(stale('publisher_gone', 't3', 't4', 't5', 't6'));
  live.topicsStale(stale('publisher_gone', 't7', 't8'));
  live.onEvent(report(none, none), usernameOf);
  live.onEvent(report(none, none), usernameOf);
  expect(lines).toEqual(['topicStale: 6 topics are stale, such as market:t3: its publisher has gone']);
});

test('a flood of refusals is twenty lines a second, and hides no other kind', async () => {
  const running = await RunningServer.start();
  const stream = await EventReader.open(running, '/api/stream');
  const wire = await running.wire('admin', running.admin.token);
  const bot = await running.user('bot');
  const refused = await running.wire('bot', bot.token);
  await running.ok('POST', '/api/namespaces', { name: 'secret' });
  const rules = [{ pattern: '>', max_age_ms: 86_400_000, calendar: null }];
  await running.ok('PUT', '/api/namespaces/1/freshness', { rules });
  const publish = { type: MessageType.pub, namespace: 'secret', topic: 'a', payload: Buffer.from('x') };
  await Promise.all(Array.from({ length: 200 }, () => refused.request(publish)));
  await running.call('POST', '/login', { username: 'nobody', password: 'wrong' }, null);
  await expect(running.wire('bot', 'wrong')).rejects.toThrow('authentication failed');
  await wire.request({ ...publish, topic: 'b' });
  await wire.close();
  const seen: LiveEvent[] = [];
  const refusalCount = (): number =>
    seen
      .filter(({ kind }) => kind === 'permissionDenied')
      .reduce((sum, { text }) => sum + (/ more in /.test(text) ? Number.parseInt(text, 10) : 1), 0);
  const wanted = ['authFailed', 'connected', 'disconnected', 'permissionDenied', 'topicStale'];
  while (!wanted.every((kind) => seen.some((event) => event.kind === kind)) || refusalCount() < 200) {
    seen.push((await stream.next(({ name }) => name === 'event')).data as LiveEvent);
  }
  expect(seen.map(({ id }) => id)).toEqual(seen.map((_, at) => at + 1));
  expect(seen.filter(({ kind }) => kind === 'authFailed').map(({ text }) => text)).toEqual([
    'admin log-in as "nobody" refused',
    expect.stringContaining('bot'),
  ]);
  expect(refusalCount()).toBe(200);
  expect(seen.filter(({ kind }) => kind === 'permissionDenied').length).toBeLessThan(200);
  expect(running.log.join('')).toMatch(/permission denied: \d+ more in the last second/);
});
