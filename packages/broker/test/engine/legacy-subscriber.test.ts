import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { MessageType } from '@pulsemq/protocol';
import { describe, expect, test } from 'vitest';
import { pub, sub, unsub, untilEnd } from './delivery-scene.js';
import { startEngine } from './engine-fixture.js';
import { WirePeer } from './wire-peer.js';

describe('a legacy subscriber', () => {
  test('defect 3: without a session of its address it gets not one message, whatever its prefix', async () => {
    const { session, bound, raw, subPort } = await startEngine();
    const publisher = await session('publisher');
    const elsewhere = await WirePeer.open(subPort, { socketType: 'XSUB' }, '127.0.0.2');
    for (const prefix of ['', 'm', 'market', 'market:', 'market:a', ':']) elsewhere.subscribe(prefix);
    const here = await raw('', 'm', 'market', ':', 'other:', 'market:');
    const root = await session('root');
    const control = await bound(root.ticket);
    await root.request(sub('>', 'default'));
    for (let turn = 0; turn < 20; turn++) await publisher.request(pub('a', 'secret'));
    await root.request(pub('end', '', { namespace: 'default', username: 'root' }));
    expect(await untilEnd(control)).toEqual([]);
    expect(elsewhere.messages.size + here.messages.size).toBe(0);
    await elsewhere.close();
  });

  test('defect 4: gets the union of what sessions of its address asked for in that namespace, never more', async () => {
    const { session, raw } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    await reader.request(sub('a.>'));
    const stream = await raw('market:');
    const root = await session('root');
    await root.request(sub('end'));
    await root.request(sub('b', 'other'));
    await stream.pong();
    for (const topic of ['a', 'a.b', 'zzz.q']) await publisher.request(pub(topic, topic));
    await root.request(pub('b', 'not asked for by prefix', { namespace: 'other', username: 'root' }));
    await publisher.request(pub('end'));
    expect(await untilEnd(stream)).toEqual(['market:a.b=a.b']);
  });

  test('its prefix is judged again when the session comes later, as after a restart of the broker', async () => {
    const { session, raw } = await startEngine();
    const stream = await raw('market:');
    const publisher = await session('publisher');
    await publisher.request(pub('a', 'too early'));
    const reader = await session('reader');
    await reader.request(sub('>'));
    await stream.pong();
    await publisher.request(pub('end'));
    expect(await untilEnd(stream)).toEqual([]);
    const before = stream.messages.size;
    await reader.close();
    await publisher.request({ type: MessageType.ping });
    expect(stream.messages.size).toBe(before);
  });

  test('can be turned off', async () => {
    const { session, raw, bound } = await startEngine({ legacySubscribers: false });
    const publisher = await session('publisher');
    const reader = await session('reader');
    await reader.request(sub('>'));
    const stream = await raw('market:');
    const control = await bound(reader.ticket);
    await publisher.request(pub('a', 'one'));
    await publisher.request(pub('end'));
    expect(await untilEnd(control)).toEqual(['market:a=one']);
    expect(stream.messages.size).toBe(0);
  });

  test('defect 5: what others subscribe to is not told to anybody', async () => {
    const { session, bound, raw } = await startEngine();
    const publisher = await session('publisher');
    const reader = await session('reader');
    const spy = await raw('', '\x01', '\x00', 'market:');
    const stream = await bound(reader.ticket);
    await reader.request(sub('a'));
    await reader.request(unsub('a'));
    await reader.request(sub('end'));
    await publisher.request(pub('end'));
    expect(await untilEnd(stream)).toEqual([]);
    for (let left = spy.messages.size; left > 0; left--) expect((await spy.delivery()).topic).toBe('end');
  });

  test('defect 38: a hundred thousand subscribe and cancel cycles of a stranger leave nothing behind', async () => {
    const { raw } = await startEngine();
    const stream = await raw();
    const cycle = Buffer.concat(
      Array.from({ length: 1_000 }, (_, index) => {
        const prefix = Buffer.from(`market:${index}`);
        const command = (name: string): Buffer =>
          Buffer.concat([Buffer.from([4, 1 + name.length + prefix.length, name.length]), Buffer.from(name), prefix]);
        return Buffer.concat([command('SUBSCRIBE'), command('CANCEL')]);
      }),
    );
    const run = async (): Promise<void> => {
      for (let turn = 0; turn < 100; turn++) stream.socket.write(cycle);
      await stream.pong();
    };
    await run();
    const before = liveBytes();
    await run();
    expect(liveBytes() - before).toBeLessThan(2_000_000);
  });
});

/** Bytes on the heap after a collection: garbage would hide what is left behind. */
function liveBytes(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
