import { describe, expect, onTestFinished, test } from 'vitest';
import * as zmq from 'zeromq';
import { encodePing } from '../../src/command.js';
import { encodeCancel, encodeSubscribe } from '../../src/subscription.js';
import { text } from '../support/bytes.js';
import { dial, listen } from './socket-peer.js';

/** A libzmq socket that is closed at the end of its test. */
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
      ours.send(shape);
      expect(texts(await dealer.receive())).toEqual(shape);
    }
  });

  test('libzmq answers our PING', async () => {
    const { address, accepted } = await listen({ socketType: 'ROUTER', mechanisms: ['NULL'] });
    const dealer = libzmq(new zmq.Dealer());
    dealer.connect(address);
    const ours = await accepted;
    await ours.ready;
    ours.write(encodePing(0, text('context')));
    expect(await ours.command()).toBe('PONG context');
  });
});

describe('our XPUB side', () => {
  test('reads SUBSCRIBE and CANCEL of a libzmq SUB, and delivers', async () => {
    const { address, accepted } = await listen({ socketType: 'XPUB', mechanisms: ['NULL'] });
    const sub = libzmq(new zmq.Subscriber());
    sub.subscribe('market:');
    sub.connect(address);
    const ours = await accepted;
    expect(await ours.command()).toBe('SUBSCRIBE market:');
    ours.send(['market:a', 'payload']);
    expect(texts(await sub.receive())).toEqual(['market:a', 'payload']);
    sub.unsubscribe('market:');
    expect(await ours.command()).toBe('CANCEL market:');
  });

  test('reads subscriptions as messages if it announces 3.0', async () => {
    const { address, accepted } = await listen({ socketType: 'XPUB', mechanisms: ['NULL'], versionMinor: 0 });
    const sub = libzmq(new zmq.Subscriber());
    sub.subscribe('market:');
    sub.connect(address);
    const ours = await accepted;
    expect(await ours.message()).toEqual(['\u0001market:']);
  });

  // libzmq sends what the application of an XSUB writes as a message, also to a 3.1 peer: both forms are needed.
  test('reads the subscription of a libzmq XSUB', async () => {
    const { address, accepted } = await listen({ socketType: 'XPUB', mechanisms: ['NULL'] });
    const xsub = libzmq(new zmq.XSubscriber());
    xsub.connect(address);
    const ours = await accepted;
    await ours.ready;
    await xsub.send([Buffer.from('\u0001a')]);
    const received = await Promise.race([ours.command(), ours.message()]);
    expect(['SUBSCRIBE a', ['\u0001a']]).toContainEqual(received);
  });

  test.each([
    ['token', true],
    ['wrong', false],
  ])('PLAIN with password %s: accepted %s', async (password, isGood) => {
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
    ours.send(shape);
    expect(texts(await router.receive())).toEqual(['me', ...shape]);
    await router.send(['me', ...shape]);
    expect(await ours.message()).toEqual(shape);
  }
});

test('our SUB side subscribes to a libzmq XPUB and cancels', async () => {
  const xpub = libzmq(new zmq.XPublisher());
  const ours = await dial(await bound(xpub), { socketType: 'SUB', mechanisms: ['NULL'] });
  await ours.ready;
  ours.write(encodeSubscribe(text('market:'), 'command'));
  expect(texts(await xpub.receive())).toEqual(['\u0001market:']);
  await xpub.send(['other:a', 'no']);
  await xpub.send(['market:a', large]);
  expect(await ours.message()).toEqual(['market:a', large]);
  ours.write(encodeCancel(text('market:'), 'command'));
  expect(texts(await xpub.receive())).toEqual(['\u0000market:']);
});
