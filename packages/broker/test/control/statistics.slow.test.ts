import { join } from 'node:path';
import {
  type ApiConnection,
  MessageType,
  type SystemFigures,
  type TopicPoint,
  type TopicStats,
  type UserStats,
} from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { addDelayText } from '../../src/control/stats/delay-text.js';
import { LogHistogram } from '../../src/log-histogram.js';
import { WirePeer } from '../engine/wire-peer.js';
import { behindMs, keys, namespaces, publishRound, rounds, Tally, takeReceived } from './known-run.js';
import { RunningServer } from './running-server.js';
import { until } from './until.js';

test('defect 26: after a known run the figures of topics, users and connections, and the rows of their history, are what the clients counted', async () => {
  const running = await RunningServer.open({ broker: { backlog_bytes: 1_048_576 } });
  onTestFinished(() => running.close());
  for (const name of namespaces) await running.ok('POST', '/api/namespaces', { name });
  const user = async (name: string, role: string) => {
    const made = await running.user(name, 1, role);
    await running.ok('POST', '/api/namespaces/2/permissions', { user_id: made.id, role });
    return { ...made, name };
  };
  const [quick, quiet] = [await user('quick', 'pub'), await user('quiet', 'pub')];
  const [all, some, slow, plain, late] = [
    await user('all', 'sub'),
    await user('some', 'sub'),
    await user('slow', 'sub'),
    await user('plain', 'sub'),
    await user('late', 'sub'),
  ];

  const publishers = [
    { user: quick, peer: await running.wire('quick', quick.token), sent: new Tally() },
    { user: quick, peer: await running.wire('quick', quick.token), sent: new Tally() },
    { user: quiet, peer: await running.wire('quiet', quiet.token), sent: new Tally() },
  ];
  const ahead = new Tally();

  const everything = () => true;
  /** A session with its subscriber connection, and which keys it wants. */
  const reader = async (who: { name: string; token: string }, patterns: string[], wants: (key: string) => boolean) => {
    const session = await running.wire(who.name, who.token);
    const peer = await running.bound(session);
    for (const namespace of namespaces) {
      for (const topic of patterns) await session.request({ type: MessageType.sub, namespace, topic });
    }
    return { username: who.name, session, peer, wants, received: new Tally() };
  };
  const readers = [
    await reader(all, ['>'], everything),
    await reader(all, ['>'], everything),
    // Overlapping patterns: each message comes once.
    await reader(some, ['b.*', 'b.x'], (key) => key.includes(':b.')),
    await reader(slow, ['>'], everything),
  ];
  const alone = await WirePeer.open(running.server.addresses.subPort, {
    socketType: 'SUB',
    plain: { username: 'plain', password: plain.token },
  });
  onTestFinished(async () => {
    await alone.close();
  });
  alone.subscribe('market:');
  await alone.pong();
  const plainReader = {
    username: 'plain',
    peer: alone,
    wants: (key: string) => key.startsWith('market:'),
    received: new Tally(),
  };
  // One that never reads and goes away later on: what it was meant to get was handed to its socket or lost. It stays
  // until something waits for it, and how soon that is depends on how much the sockets of the machine take.
  const leaver = await reader(late, ['>'], everything);
  const slowReader = readers[3]!;
  slowReader.peer.socket.pause();
  leaver.peer.socket.pause();

  const rowOfLeaver = async (): Promise<ApiConnection> =>
    (await running.ok<ApiConnection[]>('GET', '/api/connections')).find(({ username }) => username === 'late')!;
  /** True when messages wait for it in two reports one after the other, with nothing published between them. */
  const waitsForLeaver = async (): Promise<boolean> => {
    const { lag_ms, queued_messages } = await rowOfLeaver();
    if (queued_messages === 0) return false;
    const next = await until(rowOfLeaver, (row) => row.queued_messages === 0 || row.lag_ms !== lag_ms);
    return next.queued_messages > 0;
  };
  let roundsOfLeaver = 0;
  for (let round = 0; round < rounds; round++) {
    for (const { user: who, peer, sent } of publishers) publishRound(peer, who.name, round, sent, ahead);
    // Twice, so that the last round is a batch of its own: one that has room in an outbox which the one before has overrun.
    const mayLeave = round >= 499 && roundsOfLeaver === 0;
    if (mayLeave || round % 100 >= 98) {
      for (const { peer } of publishers) await peer.request({ type: MessageType.ping });
    }
    if (!mayLeave || !(await waitsForLeaver())) continue;
    roundsOfLeaver = round + 1;
    await Promise.all([leaver.session.close(), leaver.peer.close()]);
    while ((await running.ok<SystemFigures>('GET', '/api/stats/system')).subscribers > 5);
  }
  // Refused by the broker: it counts as an error of the user and not as a message.
  await readers[0]!.session.request({
    type: MessageType.pub,
    namespace: 'market',
    topic: 'a',
    payload: Buffer.from('x'),
  });
  slowReader.peer.socket.resume();

  const wanted = (key: string) => [...readers, plainReader].filter(({ wants }) => wants(key)).length;
  const publishedOf = (key: string) => publishers.reduce((sum, { sent }) => sum + sent.count(key), 0);
  const bytesOf = (key: string) => publishers.reduce((sum, { sent }) => sum + sent.bytesOf(key), 0);

  // Until nothing waits any more and all that was handed out has come.
  for (;;) {
    const open = await running.ok<ApiConnection[]>('GET', '/api/connections');
    for (const one of [...readers, plainReader]) await takeReceived(one.peer, one.received);
    const received = [...readers, plainReader].reduce((sum, one) => sum + one.received.total, 0);
    const published = open.reduce((sum, one) => sum + one.msg_total_in, 0);
    const out = open.reduce((sum, one) => sum + one.msg_total_out, 0);
    const dropped = open.reduce((sum, { drops }) => sum + drops.hwm + drops.outbox_bytes, 0);
    const meant = keys.reduce((sum, key) => sum + publishedOf(key) * wanted(key), 0);
    if (published === rounds * keys.length * 3 && out === received && out + dropped === meant) break;
  }

  // Connections.
  const connections = await running.ok<ApiConnection[]>('GET', '/api/connections?state=all');
  const ofUser = (name: string) => connections.filter(({ username }) => username === name);
  const counted = (one: ApiConnection) => [one.msg_total_in, one.byte_total_in, one.msg_total_out, one.byte_total_out];
  const dropsOf = ({ drops }: ApiConnection) =>
    drops.hwm + drops.outbox_bytes + drops.outbox_total_bytes + drops.at_close;
  const sorted = (rows: number[][]) => rows.sort((left, right) => left[0]! - right[0]! || left[1]! - right[1]!);
  for (const name of ['quick', 'quiet']) {
    const own = publishers.filter((one) => one.user.name === name);
    expect(sorted(ofUser(name).map(counted))).toEqual(
      sorted(own.map(({ sent }) => [sent.total, sent.totalBytes, 0, 0])),
    );
  }
  for (const one of [...readers.slice(2), plainReader]) {
    const [connection] = ofUser(one.username);
    expect(counted(connection!)).toEqual([0, 0, one.received.total, one.received.totalBytes]);
    const meant = keys.filter(one.wants).reduce((sum, key) => sum + publishedOf(key), 0);
    expect(dropsOf(connection!)).toBe(meant - one.received.total);
  }
  const lost = ofUser('slow')[0]!.drops.outbox_bytes;
  expect(lost).toBeGreaterThan(100);
  expect(roundsOfLeaver).toBeGreaterThan(0);
  const [gone] = ofUser('late');
  expect(gone!.closed_at).not.toBeNull();
  const meantForGone = roundsOfLeaver * keys.length * 3;
  expect(gone!.msg_total_out + dropsOf(gone!)).toBe(meantForGone);
  expect(gone!.drops.at_close).toBeGreaterThan(0);

  // Topics.
  const stats = await running.ok<TopicStats[]>('GET', '/api/stats/topics');
  expect(stats.map(({ namespace, name }) => `${namespace}:${name}`).sort()).toEqual([...keys].sort());
  for (const one of stats) {
    const key = `${one.namespace}:${one.name}`;
    const received = [...readers, plainReader].reduce((sum, { received }) => sum + received.count(key), 0);
    const meant = publishedOf(key) * wanted(key) + roundsOfLeaver * 3;
    expect([key, one.msg_total, one.byte_total, one.sequence]).toEqual([
      key,
      publishedOf(key),
      bytesOf(key),
      publishedOf(key),
    ]);
    expect(one.delivered_total + one.dropped_total).toBe(meant);
    expect(one.delivered_total).toBeGreaterThanOrEqual(received);
    expect(one.subscriber_count).toBe(wanted(key));
  }
  const allReceived = [...readers, plainReader].reduce((sum, { received }) => sum + received.total, 0);
  const topicSum = (read: (one: TopicStats) => number) => stats.reduce((sum, one) => sum + read(one), 0);
  expect(topicSum(({ delivered_total }) => delivered_total)).toBe(allReceived + gone!.msg_total_out);

  // Users.
  const users = new Map(
    (await running.ok<UserStats[]>('GET', '/api/stats/users')).map((one) => [one.username, one] as const),
  );
  for (const name of ['quick', 'quiet']) {
    const own = publishers.filter((one) => one.user.name === name);
    expect(users.get(name)).toMatchObject({
      pub_count: own.reduce((sum, { sent }) => sum + sent.total, 0),
      pub_bytes: own.reduce((sum, { sent }) => sum + sent.totalBytes, 0),
      sub_count: 0,
      error_count: 0,
    });
  }
  for (const name of ['all', 'some', 'slow', 'plain']) {
    const own = [...readers, plainReader].filter(({ username }) => username === name);
    expect(users.get(name)).toMatchObject({
      sub_count: own.reduce((sum, { received }) => sum + received.total, 0),
      sub_bytes: own.reduce((sum, { received }) => sum + received.totalBytes, 0),
      pub_count: 0,
      error_count: name === 'all' ? 1 : 0,
    });
  }
  expect(users.get('late')).toMatchObject({
    is_online: false,
    sub_count: gone!.msg_total_out,
    dropped_count: dropsOf(gone!),
  });

  // The whole.
  const system = await running.ok<SystemFigures>('GET', '/api/stats/system');
  const published = rounds * keys.length * 3;
  expect(system).toMatchObject({
    msg_total: published,
    byte_total: keys.reduce((sum, key) => sum + bytesOf(key), 0),
    delivered_total: allReceived + gone!.msg_total_out,
    dropped_total: topicSum(({ dropped_total }) => dropped_total),
    drops: { outbox_bytes: connections.reduce((sum, { drops }) => sum + drops.outbox_bytes, 0) },
    perm_denied: 1,
    queued_bytes: 0,
  });

  // The rows of the minutes: the same, once the broker has stopped.
  await running.server.stop();
  const store = await openSqlite(join(running.folder, 'pulsemq.db'));
  const minutes = await store.stats.system('minute', 0);
  const rowSum = <Row>(rows: readonly Row[], read: (row: Row) => number) =>
    rows.reduce((sum, row) => sum + read(row), 0);
  const delayCount = (text: string | null) => addDelayText(new LogHistogram(), text).count;
  expect(rowSum(minutes, ({ msgCount }) => msgCount)).toBe(system.msg_total);
  expect(rowSum(minutes, ({ byteCount }) => byteCount)).toBe(system.byte_total);
  expect(rowSum(minutes, ({ deliveredCount }) => deliveredCount)).toBe(system.delivered_total);
  expect(rowSum(minutes, ({ deliveredBytes }) => deliveredBytes)).toBe(system.delivered_byte_total);
  expect(rowSum(minutes, ({ droppedCount }) => droppedCount)).toBe(system.dropped_total);
  expect(rowSum(minutes, (row) => delayCount(row.publisherDelays))).toBe(published - ahead.total);
  expect(rowSum(minutes, (row) => delayCount(row.brokerDelays))).toBe(published);
  for (const one of stats) {
    const key = `${one.namespace}:${one.name}`;
    const rows = await store.stats.topic('minute', one.id!, 0);
    expect(rowSum(rows, ({ msgCount }) => msgCount)).toBe(one.msg_total);
    expect(rowSum(rows, ({ byteCount }) => byteCount)).toBe(one.byte_total);
    expect(rowSum(rows, ({ matchedCount, droppedCount }) => matchedCount - droppedCount)).toBe(one.delivered_total);
    expect(rowSum(rows, ({ droppedCount }) => droppedCount)).toBe(one.dropped_total);
    expect(rowSum(rows, ({ aheadCount }) => aheadCount)).toBe(ahead.count(key));
    expect(rowSum(rows, (row) => delayCount(row.publisherDelays))).toBe(one.msg_total - ahead.count(key));
    expect(rowSum(rows, (row) => delayCount(row.brokerDelays))).toBe(one.msg_total);
  }
  const userRows = (await Promise.all(minutes.map(({ ts }) => store.stats.at('minute', ts)))).flatMap(
    (row) => row.users,
  );
  for (const one of users.values()) {
    const rows = userRows.filter(({ userId }) => userId === one.user_id);
    expect([
      rowSum(rows, ({ pubCount }) => pubCount),
      rowSum(rows, ({ pubBytes }) => pubBytes),
      rowSum(rows, ({ subCount }) => subCount),
      rowSum(rows, ({ subBytes }) => subBytes),
      rowSum(rows, ({ droppedCount }) => droppedCount),
      rowSum(rows, ({ errorCount }) => errorCount),
    ]).toEqual([one.pub_count, one.pub_bytes, one.sub_count, one.sub_bytes, one.dropped_count, one.error_count]);
  }
  await store.close();

  // And as they are asked for after the next start.
  const again = await RunningServer.start({}, running.folder);
  for (const one of stats) {
    const points = await again.ok<TopicPoint[]>('GET', `/api/stats/topics/${one.id}/history?range=8h`);
    expect(rowSum(points, (point) => point.msg_count)).toBe(one.msg_total);
    expect(rowSum(points, (point) => point.delivered_count)).toBe(one.delivered_total);
    expect(points.every((point) => point.publisher_p50_ms! >= behindMs)).toBe(true);
  }
}, 60_000);
