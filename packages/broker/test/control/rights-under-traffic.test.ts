import { MessageType, PubFlag, WireError } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import type { WirePeer } from '../engine/wire-peer.js';
import { RunningServer } from './running-server.js';

const roundCount = 5;

const publish = (namespace: string, flags = 0) => ({
  type: MessageType.pub,
  namespace,
  topic: 'a',
  flags,
  payload: Buffer.from('12345678'),
});

/** Four thousand messages a second, until the test is over. */
function runTraffic(publisher: WirePeer): void {
  const timer = setInterval(() => {
    for (let count = 0; count < 20; count++) publisher.send(publish('market', PubFlag.noReply));
  }, 5);
  onTestFinished(() => clearInterval(timer));
}

/** A broker, traffic in `market` (1), and a reader of that and of `other` (2). */
async function underTraffic() {
  const running = await RunningServer.start();
  for (const name of ['market', 'other']) await running.ok('POST', '/api/namespaces', { name });
  const publisher = await running.wire('admin', running.admin.token);
  const { id, token } = await running.user('reader', 1, 'sub');
  await running.ok('POST', '/api/namespaces/2/permissions', { user_id: id });
  const connect = async () => {
    const reader = await running.wire('reader', token);
    const deliveries = await running.bound(reader);
    for (const namespace of ['market', 'other']) {
      await reader.request({ type: MessageType.sub, namespace, topic: '>' });
    }
    return { reader, deliveries };
  };
  runTraffic(publisher);
  return { running, publisher, id, token, connect };
}

/** Reads until a message of this namespace; how many others came before it. */
async function othersBefore(deliveries: WirePeer, namespace: string): Promise<number> {
  for (let count = 0; ; count++) {
    if ((await deliveries.delivery()).key.startsWith(`${namespace}:`)) return count;
  }
}

test('a revoked grant ends running deliveries before it is answered, and a grant begins them', async () => {
  const { running, publisher, id, connect } = await underTraffic();
  const { deliveries } = await connect();
  for (let round = 0; round < roundCount; round++) {
    await othersBefore(deliveries, 'market');
    await running.ok('DELETE', `/api/namespaces/1/permissions/${id}`);
    // What was delivered before comes first; between the two marks there is traffic, and none of it is delivered.
    await publisher.request(publish('other'));
    await othersBefore(deliveries, 'other');
    await publisher.request(publish('market'));
    await publisher.request(publish('other'));
    expect(await othersBefore(deliveries, 'other')).toBe(0);
    await running.ok('POST', '/api/namespaces/1/permissions', { user_id: id });
  }
});

test('a revoked right to publish is refused from the answer on, and a granted one taken', async () => {
  const { running } = await underTraffic();
  const bot = await running.user('bot', 1, 'pub');
  const wire = await running.wire('bot', bot.token);
  const set = (role: string) => running.ok('POST', '/api/namespaces/1/permissions', { user_id: bot.id, role });
  for (let round = 0; round < roundCount; round++) {
    await set('sub');
    expect((await wire.request(publish('market'))).body.error_code).toBe(WireError.permissionDenied);
    await set('pub');
    expect((await wire.request(publish('market'))).type).toBe(MessageType.ack);
  }
});

test.each<[string, (running: RunningServer, id: number) => Promise<unknown>]>([
  ['deactivation', (running, id) => running.ok('PUT', `/api/users/${id}`, { is_active: false })],
  ['a kick', (running, id) => running.ok('POST', '/api/connections/disconnect-user', { user_id: id })],
])('%s ends a session and its deliveries', async (_, end) => {
  const { running, publisher, id, connect } = await underTraffic();
  for (let round = 0; round < roundCount; round++) {
    const { reader, deliveries } = await connect();
    await othersBefore(deliveries, 'market');
    await end(running, id);
    // Neither namespace has a reader now: a delivery after this came too late.
    await publisher.request(publish('other'));
    await deliveries.pong();
    while (deliveries.messages.size > 0) expect((await deliveries.delivery()).key).toBe('market:a');
    await Promise.all([reader.closed, deliveries.close()]);
    await running.ok('PUT', `/api/users/${id}`, { is_active: true });
  }
});
