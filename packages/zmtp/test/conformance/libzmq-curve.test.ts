import { describe, expect, onTestFinished, test } from 'vitest';
import * as zmq from 'zeromq';
import { encodePing } from '../../src/command.js';
import { encodeCancel, encodeSubscribe } from '../../src/subscription.js';
import { text } from '../support/bytes.js';
import { clientKeyText, curveClient, curveServer, serverKeyText } from '../support/curve-peers.js';
import { dial, listen } from './socket-peer.js';

/** Options of libzmq for a client and a server of CURVE. */
const client = {
  linger: 0,
  curveServerKey: serverKeyText.public,
  curvePublicKey: clientKeyText.public,
  curveSecretKey: clientKeyText.secret,
};
const server = { linger: 0, curveServer: true, curveSecretKey: serverKeyText.secret };

function closing<Kind extends { close(): void }>(socket: Kind): Kind {
  onTestFinished(() => socket.close());
  return socket;
}

const shapes: string[][] = [
  ['one'],
  ['', ''],
  ['a', '', 'x'.repeat(1_000_000), 'b'],
  ['x'.repeat(255), 'x'.repeat(256)],
];
const texts = (frames: readonly Buffer[]): string[] => frames.map((frame) => frame.toString());

describe('our server and a libzmq client', () => {
  test('exchange messages of every shape', async () => {
    const { address, accepted } = await listen(curveServer);
    const dealer = closing(new zmq.Dealer(client));
    dealer.connect(address);
    const ours = await accepted;
    await ours.ready;
    for (const shape of shapes) {
      await dealer.send(shape);
      expect(await ours.message()).toEqual(shape);
      ours.send(shape);
      expect(texts(await dealer.receive())).toEqual(shape);
    }
    ours.write(encodePing(0, text('context')));
    expect(await ours.command()).toBe('PONG context');
  });

  test('exchange subscriptions and deliveries', async () => {
    const { address, accepted } = await listen({ ...curveServer, socketType: 'XPUB' });
    const sub = closing(new zmq.Subscriber(client));
    sub.subscribe('market:');
    sub.connect(address);
    const ours = await accepted;
    expect(await ours.command()).toBe('SUBSCRIBE market:');
    ours.send(['market:a', 'payload']);
    expect(texts(await sub.receive())).toEqual(['market:a', 'payload']);
    sub.unsubscribe('market:');
    expect(await ours.command()).toBe('CANCEL market:');
  });

  test('part when the client expects another server key', async () => {
    const { address, accepted } = await listen(curveServer);
    const dealer = closing(new zmq.Dealer({ ...client, curveServerKey: clientKeyText.public }));
    dealer.connect(address);
    const ours = await accepted;
    expect(await Promise.race([ours.ready.then(() => 'ready'), ours.closed.then(() => 'closed')])).toBe('closed');
  });
});

describe('our client and a libzmq server', () => {
  test('exchange messages of every shape', async () => {
    const router = closing(new zmq.Router(server));
    await router.bind('tcp://127.0.0.1:*');
    const ours = await dial(router.lastEndpoint!, { ...curveClient, identity: text('me') });
    await ours.ready;
    for (const shape of shapes) {
      ours.send(shape);
      expect(texts(await router.receive())).toEqual(['me', ...shape]);
      await router.send(['me', ...shape]);
      expect(await ours.message()).toEqual(shape);
    }
  });

  test('exchange subscriptions and deliveries', async () => {
    const xpub = closing(new zmq.XPublisher(server));
    await xpub.bind('tcp://127.0.0.1:*');
    const ours = await dial(xpub.lastEndpoint!, { ...curveClient, socketType: 'SUB' });
    await ours.ready;
    ours.write(encodeSubscribe(text('market:'), 'command'));
    expect(texts(await xpub.receive())).toEqual(['\u0001market:']);
    await xpub.send(['market:a', 'x'.repeat(1_000_000)]);
    expect(await ours.message()).toEqual(['market:a', 'x'.repeat(1_000_000)]);
    ours.write(encodeCancel(text('market:'), 'command'));
    expect(texts(await xpub.receive())).toEqual(['\u0000market:']);
  });

  test('part when the server has another key', async () => {
    const router = closing(new zmq.Router({ ...server, curveSecretKey: clientKeyText.secret }));
    await router.bind('tcp://127.0.0.1:*');
    const ours = await dial(router.lastEndpoint!, curveClient);
    expect(await Promise.race([ours.ready.then(() => 'ready'), ours.closed.then(() => 'closed')])).toBe('closed');
  });
});
