import { describe, expect, onTestFinished, test } from 'vitest';
import * as zmq from 'zeromq';
import { text } from '../support/bytes.js';
import { dial, listen } from './socket-peer.js';

/** A libzmq socket that ends with its test. */
function libzmq<Kind extends { linger: number; close(): void }>(socket: Kind): Kind {
  socket.linger = 0;
  onTestFinished(() => socket.close());
  return socket;
}

/** Binds to a free port and returns the address. */
async function bound(socket: zmq.Socket & { bind(address: string): Promise<void> }): Promise<string> {
  await socket.bind('tcp://127.0.0.1:*');
  return socket.lastEndpoint!;
}

const large = 'x'.repeat(1_000_000);
const shapes: string[][] = [['one'], ['', ''], ['a', '', large, 'b'], ['x'.repeat(255), 'x'.repeat(256)]];

const texts = (frames: readonly Buffer[]): string[] => frames.map((frame) => frame.toString());

describe('our ROUTER side and a libzmq DEALER', () => {
  test('exchange messages of every shape', async () => {
    const { address, accepted } = await listen({ socketType: 'ROUTER', mechanisms: ['NULL'] });
    const dealer = libzmq(new zmq.Dealer());
    dealer.connect(address);
    const ours = await accepted;
    await ours.ready;
    for (const shape of shapes) {
      await dealer.send(shape);
      expect(await ours.message()).toEqual(shape);
      ours.peer.send(shape.map(text));
      expect(texts(await dealer.receive())).toEqual(shape);
    }
  });

  test('libzmq answers our PING', async () => {
    const { address, accepted } = await listen({ socketType: 'ROUTER', mechanisms: ['NULL'] });
    const dealer = libzmq(new zmq.Dealer());
    dealer.connect(address);
    const ours = await accepted;
    await ours.ready;
    ours.peer.ping(0, text('context'));
    expect(await ours.command()).toBe('PONG context');
  });
});

describe('our XPUB side', () => {
  test('hears SUBSCRIBE and CANCEL of a libzmq SUB, and delivers', async () => {
    const { address, accepted } = await listen({ socketType: 'XPUB', mechanisms: ['NULL'] });
    const sub = libzmq(new zmq.Subscriber());
    sub.subscribe('market:');
    sub.connect(address);
    const ours = await accepted;
    expect(await ours.command()).toBe('SUBSCRIBE market:');
    ours.peer.send([text('market:a'), text('payload')]);
    expect(texts(await sub.receive())).toEqual(['market:a', 'payload']);
    sub.unsubscribe('market:');
    expect(await ours.command()).toBe('CANCEL market:');
  });

  test('hears them as messages from one that was told 3.0', async () => {
    const { address, accepted } = await listen({ socketType: 'XPUB', mechanisms: ['NULL'], versionMinor: 0 });
    const sub = libzmq(new zmq.Subscriber());
    sub.subscribe('market:');
    sub.connect(address);
    const ours = await accepted;
    expect(await ours.message()).toEqual(['\u0001market:']);
  });

  // What the application of an XSUB sends stays a message, also towards 3.1: both forms must be understood.
  test('hears an XSUB', async () => {
    const { address, accepted } = await listen({ socketType: 'XPUB', mechanisms: ['NULL'] });
    const xsub = libzmq(new zmq.XSubscriber());
    xsub.connect(address);
    const ours = await accepted;
    await ours.ready;
    await xsub.send([Buffer.from('\u0001a')]);
    const heard = await Promise.race([ours.command(), ours.message()]);
    expect(['SUBSCRIBE a', ['\u0001a']]).toContainEqual(heard);
  });

  test.each([
    ['token', true],
    ['wrong', false],
  ])('PLAIN with password %s: let in %s', async (password, isGood) => {
    const { address, accepted } = await listen({
      socketType: 'XPUB',
      mechanisms: ['NULL', 'PLAIN'],
      authenticate: (username, given) => username === 'reader' && given === 'token',
    });
    const sub = libzmq(new zmq.Subscriber({ plainUsername: 'reader', plainPassword: password }));
    sub.subscribe('a');
    sub.connect(address);
    const ours = await accepted;
    const outcome = await Promise.race([ours.ready.then(() => true), ours.closed.then(() => false)]);
    expect(outcome).toBe(isGood);
  });
});

test('our DEALER side and a libzmq ROUTER exchange messages of every shape', async () => {
  const router = libzmq(new zmq.Router());
  const ours = await dial(await bound(router), { socketType: 'DEALER', mechanisms: ['NULL'], identity: text('me') });
  await ours.ready;
  for (const shape of shapes) {
    ours.peer.send(shape.map(text));
    expect(texts(await router.receive())).toEqual(['me', ...shape]);
    await router.send(['me', ...shape]);
    expect(await ours.message()).toEqual(shape);
  }
});

test('our SUB side subscribes to a libzmq XPUB and cancels', async () => {
  const xpub = libzmq(new zmq.XPublisher());
  const ours = await dial(await bound(xpub), { socketType: 'SUB', mechanisms: ['NULL'] });
  await ours.ready;
  ours.peer.subscribe(text('market:'));
  expect(texts(await xpub.receive())).toEqual(['\u0001market:']);
  await xpub.send(['other:a', 'no']);
  await xpub.send(['market:a', large]);
  expect(await ours.message()).toEqual(['market:a', large]);
  ours.peer.cancel(text('market:'));
  expect(texts(await xpub.receive())).toEqual(['\u0000market:']);
});
