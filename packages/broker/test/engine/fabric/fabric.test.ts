import { expect, test } from 'vitest';
import { Peer } from '../../../src/engine/fabric/peer.js';
import { PeerTable } from '../../../src/engine/fabric/peer-table.js';
import { Kind, newMessage, readHead } from '../../../src/engine/fabric/wire.js';
import { SceneBroker, scene, until, Wire } from './fabric-scene.js';
import { forgetTopicOf, lastValueOf } from './last-value-of.js';

const text = (value: string | number): Buffer => Buffer.from(String(value));

const isBatch = (message: Buffer): boolean => readHead(message)?.kind === Kind.batch;

test('a message arrives with the epoch, the sequence and the time that its own broker gave it', async () => {
  const { a, b } = await scene();
  a.publish('x.y', text(1));
  a.publish('x.y', text(2));
  await until(() => b.sequences.length === 2);
  expect(b.reader.seen).toEqual([
    { key: 'market:x.y', sequence: 1 },
    { key: 'market:x.y', sequence: 2 },
  ]);
  const [there, here] = [lastValueOf(a.core, 'x.y'), lastValueOf(b.core, 'x.y')];
  expect(here).toEqual(there);
  expect(here).toMatchObject({ sequence: 2, epoch: a.core.epochs.current });
});

test('what came from another broker is never sent on', async () => {
  const { wire, a, b } = await scene();
  a.want('>');
  const c = new SceneBroker('c', wire);
  c.want('>');
  await until(
    () => c.fabric.figures().peers.length === 2 && c.fabric.figures().peers.every((one) => one.appliedVersion > 0),
  );
  let batchCount = 0;
  wire.change = (message) => {
    if (isBatch(message)) batchCount++;
    return [message];
  };
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1 && c.sequences.length === 1);
  await until(() => a.fabric.figures().own.feeds.every(({ unconfirmedBytes }) => unconfirmedBytes === 0));
  expect(batchCount).toBe(2);
  expect([a.sequences, b.sequences, c.sequences]).toEqual([[1], [1], [1]]);
});

test('nothing is sent that no subscriber there wants', async () => {
  const wire = new Wire();
  const [a, b] = [new SceneBroker('a', wire), new SceneBroker('b', wire)];
  b.want('x.*');
  await until(() => b.peer?.appliedVersion === 1);
  wire.sentCount = 0;
  for (let count = 0; count < 100; count++) a.publish('y.z', text(count));
  a.publish('x.z', text(1));
  await until(() => b.sequences.length === 1);
  expect(b.peer.receivedCount).toBe(1);
});

test('a lost batch shows as a gap at the next message, and nothing comes twice', async () => {
  const { wire, a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  wire.change = (message) => (isBatch(message) ? [] : [message]);
  a.publish('x', text(2));
  a.publish('y', text(1));
  await new Promise((resolve) => setImmediate(resolve));
  wire.change = (message) => [message];
  a.publish('x', text(3));
  await until(() => b.sequences.includes(3));
  // The state that follows has the topic of which nothing else came.
  await until(() => b.reader.seen.some(({ key }) => key === 'market:y'));
  expect(b.reader.seen.filter(({ key }) => key === 'market:x').map(({ sequence }) => sequence)).toEqual([1, 3]);
  expect(b.peer).toMatchObject({ lostBatchCount: 1, lostCount: 1 });
});

test('the loss of the last batch is found by the number in the hello', async () => {
  const { wire, a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  wire.change = (message) => (isBatch(message) ? [] : [message]);
  a.publish('x', text(2));
  await until(() => b.peer.lostBatchCount > 0);
  wire.change = (message) => [message];
  await until(() => b.sequences.includes(2));
  expect(b.sequences).toEqual([1, 2]);
});

test('a batch that comes twice is read once', async () => {
  const { wire, a, b } = await scene();
  wire.change = (message) => [message, message];
  for (let count = 1; count <= 5; count++) {
    a.publish('x', text(count));
    await until(() => b.sequences.length === count);
  }
  expect(b.sequences).toEqual([1, 2, 3, 4, 5]);
});

test('last values of new interest are kept, not delivered', async () => {
  const wire = new Wire();
  const [a, b] = [new SceneBroker('a', wire), new SceneBroker('b', wire)];
  await until(() => b.peer !== undefined && a.peer !== undefined);
  for (let count = 1; count <= 3; count++) a.publish('x', text(count));
  a.publish('large', Buffer.alloc(400_000, 1));
  b.want('>');
  await until(() => b.peer.appliedVersion === 1);
  expect(b.sequences).toEqual([]);
  expect(lastValueOf(b.core, 'x')).toEqual(lastValueOf(a.core, 'x'));
  expect(lastValueOf(b.core, 'large')).toEqual(lastValueOf(a.core, 'large'));
  a.publish('x', text(4));
  await until(() => b.sequences.length === 1);
  expect(b.sequences).toEqual([4]);
});

test.each([600, 4_096, 70_000])('with messages of at most %i bytes everything is cut to fit', async (maxBytes) => {
  const { wire, a, b } = await scene();
  wire.maxPayloadBytes = maxBytes;
  let largestBytes = 0;
  wire.change = (message) => {
    if (isBatch(message) || readHead(message)?.kind === Kind.part)
      largestBytes = Math.max(largestBytes, message.length);
    return [message];
  };
  const sizes = [0, 10, 300, 500, 3_000, 10, 100_000, 200_000, 1];
  for (const [index, bytes] of sizes.entries()) a.publish('x', Buffer.alloc(bytes, index));
  await until(() => b.sequences.length === sizes.length);
  expect(b.sequences).toEqual(sizes.map((_, index) => index + 1));
  expect(largestBytes).toBeLessThanOrEqual(maxBytes);
  expect(b.peer).toMatchObject({ badCount: 0, lostCount: 0 });
});

test('the newest value of a topic is decided alike on every broker', async () => {
  const { a, b } = await scene();
  a.want('>');
  await until(() => a.peer.appliedVersion === 1);
  a.publish('x', text('from a'));
  await until(() => b.sequences.length === 1);
  b.publish('x', text('from b'));
  await until(() => a.sequences.length === 2);
  expect(lastValueOf(a.core, 'x')).toEqual(lastValueOf(b.core, 'x'));
  expect(lastValueOf(a.core, 'x')?.epoch).toBe(b.core.epochs.current);
  const epochs = b.core.namespaces
    .of('market')!
    .peerRoutes('x')
    .map(({ epoch }) => epoch);
  expect(epochs).toEqual([a.core.epochs.current]);
});

test('a namespace that is not known here, or that no subscriber wants, is dropped and counted', async () => {
  const { wire, a, b } = await scene();
  wire.change = (message) => [renamed(message, 'market', 'nakret')];
  a.publish('x', text(1));
  await until(() => b.peer.badCount === 1);
  expect(b.core.namespaces.of('nakret')).toBeUndefined();
  expect(b.sequences).toEqual([]);
});

test('a deleted topic comes back under a new epoch', async () => {
  const { a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  forgetTopicOf(a.core, 'x');
  a.publish('x', text(2));
  await until(() => b.sequences.length === 2);
  expect(b.sequences).toEqual([1, 1]);
  expect(b.core.namespaces.of('market')!.peerRoutes('x')).toHaveLength(1);
});

test('what is no message of this version is dropped and counted', async () => {
  const { wire, a, b } = await scene();
  const { foreignCount } = b.fabric.figures();
  wire.inject(b.fabric.id, Buffer.from('hello'));
  wire.inject(b.fabric.id, Buffer.alloc(40, 0x50));
  const unknown = newMessage(Kind.batch, 0, 'f'.repeat(16), b.fabric.id, 60);
  wire.inject(b.fabric.id, unknown);
  wire.inject(b.fabric.id, newMessage(Kind.batch, 0, a.fabric.id, 'e'.repeat(16), 60));
  expect(b.fabric.figures().foreignCount - foreignCount).toBe(4);
});

test('a snapshot waits for the last values of other brokers', async () => {
  const wire = new Wire();
  const [a, b] = [new SceneBroker('a', wire), new SceneBroker('b', wire)];
  await until(() => b.peer !== undefined && a.peer !== undefined);
  a.publish('x', text(1));
  let hasFilled = false;
  b.want('x');
  const released = new Promise<void>((resolve) =>
    b.core.snapshots.hold!(() => {
      hasFilled = lastValueOf(b.core, 'x') !== null;
      resolve();
    }),
  );
  await released;
  expect(hasFilled).toBe(true);
});

test('subscribers that lag there slow publishers here', async () => {
  const { a, b } = await scene();
  const laggard = { queuedBytes: 1, giveUpForTotal: () => false };
  b.core.fanOut.laggards.update(laggard, false, true);
  a.publish('x', text(1));
  await until(() => a.core.fanOut.laggards.needPacing);
  b.core.fanOut.laggards.update(laggard, false, false);
  await until(() => !a.core.fanOut.laggards.needPacing);
});

test('the others have the port of the HTTP API when it listens', async () => {
  const { a, b } = await scene();
  expect(b.peer.broker.adminPort).toBe(0);
  a.fabric.self.adminPort = 8081;
  await until(() => b.peer.broker.adminPort === 8081);
});

test('a broker that has started again replaces its earlier run', async () => {
  const { wire, a, b } = await scene();
  wire.change = (message) => (readHead(message)?.sender === a.fabric.id ? [] : [message]);
  const again = new SceneBroker('a', wire);
  await until(() => b.fabric.figures().peers.length === 2);
  const [before, after] = b.fabric.figures().peers;
  expect([before!.health, after!.health, after!.broker.id]).toEqual(['gone', 'live', again.fabric.id]);
});

test('the streams of a broker that starts again without a word have an unknown end, before its new ones begin', async () => {
  const { wire, a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  const { epoch } = b.core.namespaces.of('market')!.newest('x')!;
  wire.change = (message) => (readHead(message)?.sender === a.fabric.id ? [] : [message]);
  const again = new SceneBroker('a', wire);
  await until(() => b.endedEpochs.length > 0);
  expect(b.endedEpochs).toEqual([epoch]);
  expect(b.sequences).toEqual([1]);
  await b.joined(again);
  again.publish('x', text(2));
  await until(() => b.sequences.length === 2);
  expect(b.endedEpochs).toEqual([epoch]);
});

test('the streams of a broker that says good-bye have a known end, unless something of them was lost', async () => {
  const { wire, a, b } = await scene();
  a.publish('x', text(1));
  await until(() => b.sequences.length === 1);
  await a.fabric.close();
  await until(() => b.peer.health === 'gone');
  expect(b.endedEpochs).toEqual([]);
  const next = new SceneBroker('next', wire);
  await b.joined(next);
  next.publish('y', text(1));
  await until(() => b.sequences.length === 2);
  // The second batch is lost, and no state of topics comes after it.
  const isLost = (message: Buffer): boolean => {
    const head = readHead(message);
    return head?.kind === Kind.batch || head?.kind === Kind.heads || head?.kind === Kind.mark;
  };
  wire.change = (message) => (isLost(message) ? [] : [message]);
  next.publish('y', text(2));
  await until(() => b.fabric.figures().peers.some(({ lostBatchCount }) => lostBatchCount > 0));
  await next.fabric.close();
  await until(() => b.endedEpochs.length > 0);
  expect(b.endedEpochs).toEqual([b.core.namespaces.of('market')!.newest('y')!.epoch]);
});

test('the streams of a broker that is away for 30 s have an unknown end, once for each time that it is away', () => {
  const { core, fabric } = new SceneBroker('here', new Wire());
  const ended: number[] = [];
  const table = new PeerTable(core, { onNews: () => {}, onStreamsEnded: (epochs) => ended.push(...epochs) });
  const hello = { ...fabric.figures().own, id: 'there', name: 'there', maxPayloadBytes: 1_000 };
  const peer = new Peer(core, { covers: () => true }, hello);
  table.add(peer);
  peer.streams.open(peer.streams.ofNames('market', 'x')!, 7);
  peer.streams.open(peer.streams.ofNames('market', 'y')!, 7);
  const silent = (ms: number): number[] => {
    peer.heardMs = core.clock.steadyMs - ms;
    table.review();
    return ended;
  };
  expect(silent(29_999)).toEqual([]);
  expect(silent(30_001)).toEqual([7]);
  expect(silent(60_000)).toEqual([7]);
  table.heard(peer);
  expect(silent(30_001)).toEqual([7, 7]);
});

test('the end is said again when the broker has started again: its journal can be asked now', () => {
  const { core, fabric } = new SceneBroker('here', new Wire());
  const ended: number[] = [];
  const table = new PeerTable(core, { onNews: () => {}, onStreamsEnded: (epochs) => ended.push(...epochs) });
  const hello = { ...fabric.figures().own, id: 'there', name: 'there', maxPayloadBytes: 1_000 };
  const peer = new Peer(core, { covers: () => true }, hello);
  table.add(peer);
  peer.streams.open(peer.streams.ofNames('market', 'x')!, 7);
  peer.heardMs = core.clock.steadyMs - 30_001;
  table.review();
  table.add(new Peer(core, { covers: () => true }, { ...hello, id: 'again', startedMs: hello.startedMs + 1 }));
  expect(ended).toEqual([7, 7]);
});

/** The namespace frame of every delivery of a message, changed. Names of equal length keep the frames. */
function renamed(message: Buffer, from: string, to: string): Buffer {
  return isBatch(message) ? Buffer.from(message.toString('latin1').replaceAll(from, to), 'latin1') : message;
}
