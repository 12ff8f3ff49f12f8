import { expect, test, vi } from 'vitest';
import { Intake } from '../../src/engine/route/accept.js';
import { startEngine } from '../engine/engine-fixture.js';
import { pub } from '../engine/market/market-fixture.js';

test('fault T22: a RangeError of our own is reported with its stack, and is not taken for bad bytes of the peer', async () => {
  const running = await startEngine();
  const [broken, healthy] = [await running.session('publisher'), await running.session('publisher')];
  const accept = vi.spyOn(Intake.prototype, 'accept').mockImplementationOnce(() => {
    throw new RangeError('Offset is outside the bounds of the DataView');
  });
  broken.send(pub('a', '1'));
  const { incident, text } = await running.event('incident');
  accept.mockRestore();
  expect(incident).toBe('internal');
  expect(text).toMatch(/RangeError: Offset is outside the bounds of the DataView[\s\S]*\bat /);
  await broken.closed;
  expect((await healthy.request(pub('a', '2'))).body).toMatchObject({ status: 'PUB_OK' });
});

test('fault T22: bad bytes of a peer are reported as such, without a stack', async () => {
  const running = await startEngine();
  const peer = await running.session('publisher');
  peer.socket.write(Buffer.from([0x02, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]));
  const { incident, text } = await running.event('incident');
  expect(incident).toBe('badBytes');
  expect(text).not.toContain('    at ');
  await peer.closed;
});
