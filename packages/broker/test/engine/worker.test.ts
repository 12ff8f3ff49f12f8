import { expect, test } from 'vitest';
import { engineInWorker } from '../../dist/engine-link.js';
import type { EngineEvent } from '../../src/port.js';
import { testEntitlements } from './engine-fixture.js';
import { testConfig } from './support.js';
import { WirePeer } from './wire-peer.js';

test('the engine lives in a worker thread behind the same port', async () => {
  const link = engineInWorker();
  const events = new EventTarget();
  const next = (kind: EngineEvent['kind']) =>
    new Promise<EngineEvent>((resolve) =>
      events.addEventListener(kind, (one) => resolve((one as CustomEvent<EngineEvent>).detail), { once: true }),
    );
  link.onEvent((event) => events.dispatchEvent(new CustomEvent(event.kind, { detail: event })));
  const listening = next('listening');
  link.send({
    kind: 'start',
    config: testConfig,
    entitlements: testEntitlements,
    topics: [{ namespaceId: 1, name: 'known' }],
  });
  const ports = (await listening) as Extract<EngineEvent, { kind: 'listening' }>;
  const peer = await WirePeer.open(ports.pubPort, { socketType: 'DEALER' });
  const opened = next('sessionOpened');
  expect((await peer.auth('reader', 'token-of-reader')).body.status).toBe('AUTH_OK');
  expect(await opened).toMatchObject({ userId: 3, address: '127.0.0.1' });
  const topics = await peer.request({
    type: 10,
    format: 1,
    payload: Buffer.from('{"type":"topics","namespace":"market"}'),
  });
  expect(topics.body.data).toEqual(['known']);
  const stopped = next('stopped');
  link.send({ kind: 'drain', moveMs: 0, timeoutMs: 1_000 });
  await stopped;
  await peer.closed;
  await link.terminate();
});
