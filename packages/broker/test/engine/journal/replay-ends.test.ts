import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { segmentName } from '../../../src/journal/file-names.js';
import { startUs } from '../../journal/journal-fixture.js';
import { pub, sub, unsub } from '../market/market-fixture.js';
import { testConfig } from '../support.js';
import type { WirePeer } from '../wire-peer.js';
import { journalFolder, journalOf, startJournalEngine } from './journal-engine.js';
import { fillJournal, hourlyJournal, keepsAll, replay, scene } from './replay-scene.js';
import { nextMessage, shown, untilReplayEnd } from './replay-wire.js';

/** What is refused, how replays end, and what they say of what is missing. */

test('a replay needs a lane of its own, a namespace with history, and goes with no option of the present', async () => {
  const { engine, reader, publish } = await scene();
  await publish('a', 'one');
  const root = await engine.session('root');
  const refused = async (request: ReturnType<typeof sub>, peer: WirePeer = reader): Promise<unknown> =>
    (await peer.request(request)).body.error_message;
  expect(await refused(sub('a', { replay: {} }, 'other'), root)).toBe(
    'malformed message: subscription option replay needs history, which namespace "other" does not keep (history)',
  );
  for (const more of [{ snapshot: true }, { status: true }, { maxRate: 1 }, { onSlow: 'conflate' }]) {
    expect(await refused(replay('a', {}, more))).toMatch(/replay does not go with .+; leave one of them out$/);
  }
  await reader.request(sub('b', { lane: 2 }));
  expect(await refused(sub('a', { lane: 2, replay: {} }))).toBe(
    'malformed message: lane 2 has another subscription; a replay needs a lane of its own',
  );
  expect((await reader.request(replay('a'))).body.status).toBe('SUB_OK');
  for (const request of [sub('a', { lane: 1 }), sub('b', { lane: 1 })]) {
    expect(await refused(request)).toBe(
      'malformed message: lane 1 has a replay, which needs a lane of its own; use another lane',
    );
  }
  const nobody = await engine.session('nobody');
  expect((await nobody.request(replay('a'))).body.error_code).toBe(3);
});

test('values that a replay cannot have are refused, and the refusal lists what is allowed', async () => {
  const { reader } = await scene();
  for (const [options, text] of [
    [
      { from: 1 },
      'replay option "from" is unknown; allowed are from_us, to_us, from_sequence, to_sequence, speed, follow, place, skip',
    ],
    [{ from_us: -1 }, 'replay option "from_us" cannot be "-1"; allowed: 0 to 9007199254740991, Unix microseconds'],
    [{ from_sequence: 0 }, 'replay option "from_sequence" cannot be "0"; allowed: 1 to 9007199254740991'],
    [{ speed: 0 }, 'replay option "speed" cannot be "0"; allowed: "full", or a factor from 0.01 to 100000'],
    [{ place: '1.2' }, 'replay option "place" cannot be "\\"1.2\\""; allowed: the place of a REPLAY_PLACE'],
    [{ from_us: 5, to_us: 5 }, 'replay option to_us is 5, it must be later than from_us, 5'],
    [{ from_sequence: 5, to_sequence: 4 }, 'replay option to_sequence is 4, it must not be less than from_sequence, 5'],
    [{ follow: true, to_us: 5 }, 'replay option follow goes on without an end; leave out to_us and to_sequence'],
  ] as const) {
    const { body } = await reader.request(replay('a', options));
    expect(body).toEqual({ error_code: 9, error_message: `malformed message: ${text}` });
  }
});

test('UNSUB, a revoked right and a deleted namespace end a replay, and say so', async () => {
  const folder = journalFolder();
  fillJournal(folder, [0, 3_600_000_000]);
  const engine = await startJournalEngine(journalOf(folder, keepsAll));
  const reader = await engine.session('reader');
  const lane = await engine.bound(reader.ticket, 1);
  const slowly = async (): Promise<void> => {
    await reader.request(replay('a', { speed: 1, follow: true }));
    expect(shown(await nextMessage(lane))).toBe('~a#1=1');
  };
  await slowly();
  await reader.request(unsub('a', 1));
  expect((await untilReplayEnd(lane)).end).toMatchObject({ reason: 'unsubscribed', count: 1 });
  await slowly();
  engine.engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: null });
  expect((await untilReplayEnd(lane)).end.reason).toBe('revoked');
  engine.engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: 'sub' });
  await slowly();
  engine.engine.command({ kind: 'namespaceRemoved', namespaceId: 1 });
  expect((await untilReplayEnd(lane)).end.reason).toBe('deleted');
});

test('a revoked right ends a replay that went live', async () => {
  const { engine, publish, reader, lane } = await scene();
  await publish('a', 'one');
  await reader.request(replay('a', { follow: true }));
  await untilReplayEnd(lane);
  await publish('a', 'two');
  expect(shown(await nextMessage(lane))).toBe('a#2=two');
  engine.engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: null });
  await publish('a', 'three');
  engine.engine.command({ kind: 'grant', userId: 3, namespaceId: 1, role: 'sub' });
  await publish('a', 'four');
  expect(shown(await nextMessage(lane))).toBe('a#4=four');
});

test('a replay that says what is missing: messages that retention has removed', async () => {
  const { publish, reader, lane } = await scene({ segmentBytes: 65_536, maxBytes: 200_000 });
  for (let sent = 0; sent < 400; sent += 20) {
    await publish('a', ...Array.from({ length: 20 }, () => 'x'.repeat(2_000)));
  }
  await reader.request(replay('a', { from_us: 1 }));
  const { messages, places, end } = await untilReplayEnd(lane);
  const [first] = messages;
  expect(first!.block!.sequence).toBeGreaterThan(1);
  expect(end.removed_until_us).not.toBeNull();
  expect(places.some(({ removed_until_us }) => removed_until_us === end.removed_until_us)).toBe(true);
  expect(messages.map(({ block }) => block!.sequence)).toEqual(
    Array.from({ length: messages.length }, (_, index) => first!.block!.sequence + index),
  );
});

test('a replay that says what is missing: times in which the journal could not be written', async () => {
  const folder = journalFolder();
  const gap = { from_us: startUs + 2_000, to_us: startUs + 5_000, count: 3, reason: 'ENOSPC' };
  fillJournal(folder, [0, 1_000, 6_000], { at: 2, gap });
  const engine = await startJournalEngine(journalOf(folder, { ...keepsAll, segmentBytes: 2_000 }));
  const [publisher, reader] = [await engine.session('publisher'), await engine.session('reader')];
  const lane = await engine.bound(reader.ticket, 1);
  const past = [{ from_us: gap.from_us, to_us: gap.to_us }];
  await reader.request(replay('a'));
  const first = await untilReplayEnd(lane);
  expect([first.end.gaps, first.places.flatMap(({ gaps }) => gaps)]).toEqual([past, past]);
  await reader.request(replay('a', { to_us: gap.from_us }));
  expect((await untilReplayEnd(lane)).end.gaps).toEqual([]);
  // The next segments cannot be created: their names lead to a folder that does not exist.
  for (const number of [3, 4]) symlinkSync('/nonexistent/segment', join(folder, segmentName(number)));
  await publisher.request(pub('a', 'not stored'));
  const { text } = await engine.event('incident', ({ incident }) => incident === 'journal');
  expect(text).toMatch(/^the journal is suspended/);
  await reader.request(replay('a', { follow: true }));
  const { end } = await untilReplayEnd(lane);
  expect(end).toMatchObject({ reason: 'live', gaps: [...past, { from_us: expect.any(Number), to_us: null }] });
});

test('replays of one user, and of all, are limited, and an ended one is none', async () => {
  const engine = await startJournalEngine(journalOf(hourlyJournal(2), keepsAll), [], {
    limits: { ...testConfig.limits, replayCount: 3, replaysPerUser: 2 },
  });
  const ask = async (peer: WirePeer, lane: number, options: object = { speed: 1, follow: true }) =>
    (await peer.request(sub('a', { lane, replay: options }))).body;
  const [reader, root] = [await engine.session('reader'), await engine.session('root')];
  expect((await ask(reader, 1)).status).toBe('SUB_OK');
  expect((await ask(reader, 2)).status).toBe('SUB_OK');
  expect(await ask(reader, 3)).toEqual({
    error_code: 11,
    error_message: 'replay limit reached: reader has 2 replays under way (limits.replays_per_user)',
  });
  expect((await ask(reader, 2)).status).toBe('SUB_OK');
  expect((await ask(root, 1)).status).toBe('SUB_OK');
  expect((await ask(root, 2)).error_message).toBe(
    'replay limit reached: all users have 3 replays under way (limits.max_replays)',
  );
  await reader.request(unsub('a', 1));
  expect((await ask(root, 2)).status).toBe('SUB_OK');
  await reader.close();
  const third = await engine.session('reader');
  expect((await ask(third, 1)).status).toBe('SUB_OK');
});

test('the account is exact also where live messages waited behind a replay', async () => {
  const { engine, publisher, publish, reader } = await scene();
  await publish('a', ...Array.from({ length: 300 }, (_, index) => `${index}`));
  const readers = await Promise.all([1, 2, 3].map((number) => engine.bound(reader.ticket, number)));
  for (let sent = 0; sent < 600; sent++) publisher.send(pub('a', `${sent}`));
  for (const [index] of readers.entries()) {
    await reader.request(sub('a', { lane: index + 1, replay: { follow: true } }));
  }
  for (let sent = 0; sent < 600; sent++) await publisher.reply();
  for (const lane of readers) {
    const { messages } = await untilReplayEnd(lane);
    while (messages.length < 900) messages.push(await nextMessage(lane));
  }
  const opened = engine.events.flatMap((event) => (event.kind === 'sessionOpened' ? event : []));
  const session = opened.find(({ userId }) => userId === 3)!.session;
  const answered = engine.event('answer', ({ id }) => id === 99);
  engine.engine.command({ kind: 'ask', id: 99, question: { kind: 'lanes', session } });
  const { answer } = await answered;
  if (answer.kind !== 'lanes') throw new Error(answer.kind);
  expect(answer.lanes.map(({ lane }) => lane)).toEqual([1, 2, 3]);
  for (const lane of answer.lanes) {
    expect(lane.matched_total).toBe(lane.delivered_total + lane.dropped_total + lane.conflated_total);
  }
});
