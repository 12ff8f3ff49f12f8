import { describe, expect, test } from 'vitest';
import { pub, untilEnd } from './delivery-scene.js';
import { startEngine, tokenOf } from './engine-fixture.js';
import { WirePeer } from './wire-peer.js';

describe('a PLAIN subscriber', () => {
  test('gets by prefix what its user may read, and nothing else', async () => {
    const { session, subPort, engine } = await startEngine();
    const publisher = await session('publisher');
    const root = await session('root');
    const plain = { username: 'reader', password: tokenOf('reader') };
    const stream = await WirePeer.open(subPort, { socketType: 'SUB', plain });
    for (const prefix of ['market:a', 'market:end', 'other:', '']) stream.subscribe(prefix);
    stream.cancel('');
    await stream.pong();
    for (const topic of ['a', 'ab.c', 'b']) await publisher.request(pub(topic, topic));
    await root.request(pub('x', 'hidden', { namespace: 'other', username: 'root' }));
    await publisher.request(pub('end'));
    expect(await untilEnd(stream)).toEqual(['market:a=a', 'market:ab.c=ab.c']);
    stream.subscribe('');
    await stream.pong();
    engine.command({ kind: 'grant', userId: 3, namespaceId: 2, role: 'sub' });
    await root.request(pub('x', 'seen now', { namespace: 'other', username: 'root' }));
    await publisher.request(pub('b', 'b'));
    await publisher.request(pub('end'));
    expect(await untilEnd(stream)).toEqual(['other:x=seen now', 'market:b=b']);
    await stream.close();
  });

  test('with a wrong token is refused in the handshake', async () => {
    const { subPort } = await startEngine();
    const plain = { username: 'reader', password: 'wrong' };
    await expect(WirePeer.open(subPort, { socketType: 'SUB', plain })).rejects.toThrow();
  });
});
