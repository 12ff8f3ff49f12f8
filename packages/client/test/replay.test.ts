import { ErrorCode } from '@pulsemq/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientOptions } from '../src/core/client-options.js';
import type { Gap, PulseMQClient, ReceivedMessage, Replay, ReplaySettings } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

interface Scene {
  readonly namespace: string;
  readonly reader: PulseMQClient;
  readonly writer: PulseMQClient;
  readonly gaps: Gap[];
  /** Publishes texts to a topic. */
  publish(topic: string, ...texts: string[]): Promise<void>;
  replay(pattern: string, settings?: ReplaySettings): Promise<Replay>;
  /** Closes all connections of the reader. */
  cut(): void;
}

let shared: TestBroker;
let sceneCount = 0;
beforeAll(async () => {
  shared = await TestBroker.open();
});
afterAll(() => shared.close());

/** A reader behind a proxy, of a namespace that keeps history and that no other test uses. */
async function scene(options: Partial<ClientOptions> = {}): Promise<Scene> {
  const namespace = `past_${++sceneCount}`;
  await shared.historyNamespace(namespace);
  const [pub, sub] = [await TcpProxy.to(shared.pubPort), await TcpProxy.to(shared.subPort)];
  const reader = await shared.connected({ pubPort: pub.port, subPort: sub.port, reconnect: soon, ...options });
  const writer = await shared.connected({ reconnect: soon });
  const gaps: Gap[] = [];
  reader.on('gap', (gap) => gaps.push(gap));
  return {
    namespace,
    reader,
    writer,
    gaps,
    publish: (topic, ...texts) =>
      writer.publishMany(
        namespace,
        topic,
        texts.map((text) => Buffer.from(text)),
      ),
    replay: (pattern, settings) => reader.replay(namespace, pattern, settings),
    cut: () => {
      pub.cut();
      sub.cut();
    },
  };
}

const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => `${index + 1}`);

/** Such as `~a1`: `~` for a message of the past. */
const inShort = ({ topic, sequence, isReplayed }: ReceivedMessage): string =>
  `${isReplayed ? '~' : ''}${topic}${sequence}`;

async function allOf(replay: Replay): Promise<string[]> {
  const seen: string[] = [];
  for await (const message of replay) seen.push(inShort(message));
  return seen;
}

const whole = { removedUntil: undefined, notStored: [], missedCount: 0 };

test('a replay gives the past in order, marked, and then ends', async () => {
  const { publish, replay, gaps } = await scene();
  await publish('a', '1', '2');
  await publish('b', '1');
  await publish('a', '3');
  const past = await replay('>');
  expect(await allOf(past)).toEqual(['~a1', '~a2', '~b1', '~a3']);
  expect(await past.replayEnd).toEqual({ count: 4, isLive: false, missing: whole });
  expect([await past.ended, past.isLive, gaps]).toEqual([null, false, []]);
});

test('a replay begins and ends at times and sequences', async () => {
  const { publish, replay } = await scene();
  const messages: ReceivedMessage[] = [];
  for (const text of numbers(6)) await publish('a', text);
  for await (const message of await replay('a')) messages.push(message);
  const [from, to] = [messages[1]!.receivedAt!, messages[4]!.receivedAt!];
  const wanted = messages.filter(({ receivedAt }) => receivedAt! >= from && receivedAt! < to).map(inShort);
  expect(await allOf(await replay('a', { from, to }))).toEqual(wanted);
  expect(await allOf(await replay('a', { from: new Date(0), to: new Date(1) }))).toEqual([]);
  expect(await allOf(await replay('a', { fromSequence: 2, toSequence: 3 }))).toEqual(['~a2', '~a3']);
});

test('a client has several replays at a time, also of one pattern, beside a subscription', async () => {
  const { namespace, reader, publish, replay } = await scene();
  await publish('a', ...numbers(50));
  const live = await reader.subscribe(namespace, 'a');
  const replays = await Promise.all([1, 20, 40].map((fromSequence) => replay('a', { fromSequence })));
  const seen = await Promise.all(replays.map(allOf));
  expect(seen.map((texts) => [texts[0], texts.length])).toEqual([
    ['~a1', 50],
    ['~a20', 31],
    ['~a40', 11],
  ]);
  await publish('a', '51');
  expect(inShort((await live.receive())!)).toBe('a51');
  // The lanes of those that have ended are free again.
  for (let round = 0; round < 10; round++) expect((await allOf(await replay('a'))).length).toBe(51);
});

test('with follow, the present comes behind the past, whatever is cut meanwhile: each message once and in order', async () => {
  const { publish, replay, cut, gaps, reader } = await scene();
  await publish('a', ...numbers(3_000));
  const total = 6_000;
  let isPublishing = true;
  const publishing = (async () => {
    for (let sent = 3_000; sent < total; sent += 100) {
      await publish(sent % 200 === 0 ? 'b' : 'a', ...numbers(100));
    }
    isPublishing = false;
  })();
  const past = await replay('>', { follow: true, queueLimit: 500 });
  const seen: ReceivedMessage[] = [];
  let cutCount = 0;
  while (seen.length < total) {
    seen.push((await past.receive())!);
    if (seen.length % 700 !== 0 || cutCount >= 6) continue;
    cutCount++;
    const reconnected = nextEvent(reader, 'reconnected');
    cut();
    await reconnected;
  }
  await publishing;
  expect(isPublishing).toBe(false);
  for (const topic of ['a', 'b']) {
    const sequences = seen.filter((one) => one.topic === topic).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => index + 1));
  }
  expect((await past.replayEnd).missing).toEqual(whole);
  expect([past.isLive, gaps]).toEqual([true, []]);
  await publish('c', '1');
  expect(inShort((await past.receive())!)).toBe('c1');
  await past.close();
});

test('a replay that is not iterated waits, and goes on where it was', async () => {
  const { publish, replay } = await scene();
  const text = 'x'.repeat(5_000);
  for (let round = 0; round < 20; round++) await publish('a', ...numbers(100).map(() => text));
  const slow = await replay('a', { queueLimit: 10 });
  expect(inShort((await slow.receive())!)).toBe('~a1');
  const other = await replay('a');
  expect((await allOf(other)).length).toBe(2_000);
  expect(slow.queuedCount).toBeLessThan(400);
  expect(slow.droppedCount).toBe(0);
  expect((await allOf(slow)).length).toBe(1_999);
});

test('bad options are refused by their name', async () => {
  const { replay } = await scene();
  for (const [settings, text] of [
    [{ from: -1 }, 'from is -1, expected a Date, or Unix milliseconds from 0'],
    [{ from: new Date(Number.NaN) }, 'from is "Invalid Date", expected a Date, or Unix milliseconds from 0'],
    [{ from: 5, to: 5 }, 'to is 5, expected a time later than from'],
    [{ from: 6, to: new Date(5) }, 'to is 1970-01-01T00:00:00.005Z, expected a time later than from'],
    [{ fromSequence: 5, toSequence: 4 }, 'toSequence is 4, expected an integer from 5 to 9007199254740991'],
    [{ speed: 0 }, 'speed is 0, expected "full", or a number from 0.01 to 100000'],
    [
      { follow: true, to: 5 },
      'follow is true, expected false together with to or toSequence: it goes on without an end',
    ],
    [{ queueLimit: 0 }, 'queueLimit is 0, expected an integer from 1 to 9007199254740991'],
  ] as const) {
    await expect(replay('a', settings)).rejects.toThrow(text);
  }
});

test('a namespace without history, and an eighth replay at a time, are refused', async () => {
  const { reader, publish, replay } = await scene();
  await shared.keepingNamespace('no_past');
  await expect(reader.replay('no_past', '>')).rejects.toMatchObject({
    code: ErrorCode.malformed,
    message: expect.stringContaining('replay needs history, which namespace "no_past" does not keep'),
  });
  await publish('a', '1', '2');
  const open = [];
  for (let count = 0; count < 7; count++) open.push(await replay('a', { follow: true }));
  await expect(replay('a')).rejects.toMatchObject({ code: ErrorCode.limitReached });
  await open[3]!.close();
  expect(await allOf(await replay('a'))).toEqual(['~a1', '~a2']);
});

test('a replay that is closed, or whose right goes, rejects its end', async () => {
  const { reader } = await scene();
  const id = await shared.keepingNamespace('rights');
  await shared.keepHistory(id);
  await reader.publish('rights', 'a', Buffer.from('1'));
  // A log-in and its password lie between the two messages: a hundred times as long, the replay is still under way when it is ended.
  const { revoke, ...credentials } = await shared.readerOf(id, 'past_reader');
  await reader.publish('rights', 'a', Buffer.from('2'));
  const slowly = { follow: true, speed: 0.01 };
  const closed = await reader.replay('rights', 'a', slowly);
  await closed.close();
  await expect(closed.replayEnd).rejects.toMatchObject({ code: ErrorCode.replayEnded, reason: 'closed' });
  const other = await shared.connected(credentials);
  const failed = nextEvent(other, 'error');
  const past = await other.replay('rights', 'a', slowly);
  expect(inShort((await past.receive())!)).toBe('~a1');
  await revoke();
  await expect(past.replayEnd).rejects.toMatchObject({ code: ErrorCode.replayEnded, reason: 'revoked' });
  await expect(past.receive()).rejects.toMatchObject({ reason: 'revoked' });
  expect(await failed).toMatchObject({ code: ErrorCode.replayEnded });
});

test('a message of a replay says so, also as JSON', async () => {
  const { publish, replay } = await scene();
  await publish('a', '1');
  const past = await replay('a');
  const message = (await past.receive())!;
  expect(JSON.parse(JSON.stringify(message))).toMatchObject({
    isReplayed: true,
    isSnapshot: false,
    isRecovered: false,
  });
});

test('a replay gets nothing of an earlier one that was closed under way', async () => {
  const { publish, replay } = await scene();
  await publish('a', ...numbers(2_000).map((text) => text.padEnd(500)));
  for (let round = 0; round < 10; round++) {
    const first = await replay('a');
    expect(inShort((await first.receive())!)).toBe('~a1');
    const closing = first.close();
    const second = await replay('a', { fromSequence: 1_990 });
    expect((await allOf(second)).length).toBe(11);
    await closing;
  }
});
