import { expect, test } from 'vitest';
import { type PulseMQClient, type ReceivedMessage, SnapshotEndedError } from '../src/index.js';
import { TestBroker } from './support/broker.js';
import { nextEvent } from './support/events.js';
import { TcpProxy } from './support/proxy.js';

const soon = { baseDelayMs: 1, maxDelayMs: 20, maxTries: 1_000 };

/** `~` marks an image. */
const inShort = ({ topic, payload, isSnapshot }: ReceivedMessage): string =>
  `${isSnapshot ? '~' : ''}${topic}=${Buffer.from(payload)}`;

async function keeping(): Promise<{ broker: TestBroker; writer: PulseMQClient }> {
  const broker = await TestBroker.start();
  await broker.keepingNamespace('market');
  return { broker, writer: await broker.connected() };
}

const put = (writer: PulseMQClient, topic: string, text: string): Promise<void> =>
  writer.publish('market', topic, Buffer.from(text));

test('a snapshot brings the last values, then its end, then what is live', async () => {
  const { broker, writer } = await keeping();
  await put(writer, 'a.x', '1');
  await put(writer, 'a.x', '2');
  await put(writer, 'a.y', '1');
  await put(writer, 'b.y', '1');
  const reader = await broker.connected();
  const seen: string[] = [];
  const subscription = await reader.subscribe('market', 'a.*', {
    snapshot: true,
    onMessage: (message) => seen.push(inShort(message)),
    onSnapshotEnd: ({ count, leftOut }) => seen.push(`end ${count} ${leftOut}`),
  });
  expect(await subscription.snapshotEnd).toEqual({ count: 2, leftOut: 0 });
  await put(writer, 'a.x', '3');
  await reader.flush();
  await expect.poll(() => seen).toEqual(['~a.x=2', '~a.y=1', 'end 2 0', 'a.x=3']);
});

test('images go only to the subscriptions that asked for them, and once to each', async () => {
  const { broker, writer } = await keeping();
  const reader = await broker.connected();
  const live = await reader.subscribe('market', '>');
  await put(writer, 'a.x', '1');
  expect(inShort((await live.receive())!)).toBe('a.x=1');
  const asked = await Promise.all(
    ['a.*', '>', '>', 'a.x'].map((pattern) => reader.subscribe('market', pattern, { snapshot: true })),
  );
  await Promise.all(asked.map((one) => one.snapshotEnd));
  expect(asked.map(({ queuedCount }) => queuedCount)).toEqual([1, 1, 1, 1]);
  expect(live.queuedCount).toBe(0);
  await put(writer, 'a.x', '2');
  for (const one of asked) {
    expect(inShort((await one.receive())!)).toBe('~a.x=1');
    expect(inShort((await one.receive())!)).toBe('a.x=2');
  }
});

test('after a lost connection the images come again, and a gap ends at the image', async () => {
  const { broker, writer } = await keeping();
  const sub = await TcpProxy.to(broker.subPort);
  const reader = await broker.connected({ subPort: sub.port, reconnect: soon });
  const gaps: string[] = [];
  reader.on('gap', ({ topic, from, to }) => gaps.push(`${topic} ${from}-${to}`));
  const ends: number[] = [];
  for (const topic of ['same', 'moved']) await put(writer, topic, '1');
  const subscription = await reader.subscribe('market', '>', {
    snapshot: true,
    onSnapshotEnd: ({ count }) => ends.push(count),
  });
  await subscription.snapshotEnd;
  sub.refuse(true);
  const disconnected = nextEvent(reader, 'disconnected');
  sub.cut();
  await disconnected;
  for (const text of ['2', '3', '4']) await put(writer, 'moved', text);
  await put(writer, 'new', '1');
  const reconnected = nextEvent(reader, 'reconnected');
  sub.refuse(false);
  await reconnected;
  expect(await subscription.snapshotEnd).toEqual({ count: 3, leftOut: 0 });
  const seen = await Promise.all(Array.from({ length: 5 }, () => subscription.receive()));
  expect(seen.map((one) => inShort(one!))).toEqual(['~same=1', '~moved=1', '~same=1', '~moved=4', '~new=1']);
  expect(ends).toEqual([2, 3]);
  expect(gaps).toEqual(['moved 2-3']);
});

test('snapshotEnd keeps its result after a close, and rejects without the option', async () => {
  const { broker } = await keeping();
  const reader = await broker.connected();
  const closed = await reader.subscribe('market', '>', { snapshot: true });
  await expect(closed.snapshotEnd).resolves.toEqual({ count: 0, leftOut: 0 });
  await closed.close();
  await expect(closed.snapshotEnd).resolves.toEqual({ count: 0, leftOut: 0 });
  const plain = await reader.subscribe('market', '>');
  await expect(plain.snapshotEnd).rejects.toMatchObject({ code: 'PMQ_BAD_OPTION' });
});

test('a lane that has stopped reading: its snapshot ends early by close, and by a right that goes', async () => {
  const broker = await TestBroker.start();
  const id = await broker.keepingNamespace('market');
  const writer = await broker.connected();
  const large = Buffer.alloc(60_000);
  await Promise.all(Array.from({ length: 400 }, (_, index) => writer.publish('market', `t${index}`, large)));
  const { revoke, ...credentials } = await broker.readerOf(id, 'reader');
  const reader = await broker.connected(credentials);
  const errors: Error[] = [];
  reader.on('error', (error) => errors.push(error));
  // The queue pauses the lane, so the broker cannot send all images.
  const settings = { snapshot: true, queueLimit: 1, onFull: 'pause' } as const;
  const closed = await reader.subscribe('market', '>', settings);
  const closing = expect(closed.snapshotEnd).rejects.toMatchObject({ code: 'PMQ_SNAPSHOT_ENDED', reason: 'closed' });
  await closed.close();
  await closing;
  const revoked = await reader.subscribe('market', '>', settings);
  const error = revoked.snapshotEnd.catch((reason: unknown) => reason);
  await revoke();
  // Its end may come behind the last image, so no message may come after it.
  void error.then(() => revoked.close());
  for await (const message of revoked) expect(message.isSnapshot).toBe(true);
  expect(await error).toBeInstanceOf(SnapshotEndedError);
  expect(await error).toMatchObject({ reason: 'revoked' });
  expect(errors).toEqual([await error]);
});

test('a snapshot that a newer one of the same pattern replaces goes on in that one', async () => {
  const { broker, writer } = await keeping();
  const large = Buffer.alloc(60_000);
  await Promise.all(Array.from({ length: 400 }, (_, index) => writer.publish('market', `t${index}`, large)));
  const reader = await broker.connected();
  const counts = [0, 0];
  const subscriptions = await Promise.all(
    counts.map((_, index) =>
      reader.subscribe('market', '>', { snapshot: true, onMessage: () => void counts[index]!++ }),
    ),
  );
  const ends = await Promise.all(subscriptions.map((one) => one.snapshotEnd));
  expect(ends).toEqual([
    { count: 400, leftOut: 0 },
    { count: 400, leftOut: 0 },
  ]);
  expect(counts).toEqual([400, 400]);
});

test.each([
  ['snapshot', { snapshot: true }],
  ['status', { onStatus: () => {} }],
  ['lanes', { onSlow: 'dropNewest' }],
  ['conflate', { onSlow: 'conflate' }],
] as const)('a broker without the feature %s is named in a typed error', async (feature, settings) => {
  const broker = await TestBroker.start();
  await broker.keepingNamespace('market');
  const pub = await TcpProxy.to(broker.pubPort);
  pub.replaceLast(`"${feature}"`, `"${'-'.repeat(feature.length)}"`);
  const reader = await broker.connected({ pubPort: pub.port, subPort: broker.subPort });
  await expect(reader.subscribe('market', '>', settings)).rejects.toMatchObject({
    name: 'UnsupportedFeatureError',
    code: 'PMQ_UNSUPPORTED_FEATURE',
    feature,
  });
  await reader.subscribe('market', '>');
});
