import { WireError } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { applyEntitlementCommand } from '../../../src/engine/entitlement-commands.js';
import { readHead } from '../../../src/engine/fabric/wire.js';
import { tokenOf, userOf } from '../engine-fixture.js';
import { history, historyQuery } from '../journal/history-wire.js';
import { WirePeer } from '../wire-peer.js';
import { until, Wire } from './fabric-scene.js';
import { allOf, epochOf, keeper } from './history-scene.js';
import { SocketBroker } from './socket-broker.js';

/** A broker with open ports, another one without, and two messages that were published at that one. */
async function scene() {
  const wire = new Wire();
  const [here, there] = [await SocketBroker.open('here', wire, true), await keeper('there', wire)];
  here.want('>');
  await here.joined(there);
  for (const text of ['1', '2']) there.publish('x', Buffer.from(text));
  await until(() => here.peer.receivedCount === 2);
  const session = async (name: string): Promise<WirePeer> => {
    const peer = await WirePeer.open(here.pubPort, { socketType: 'DEALER' });
    onTestFinished(async () => {
      await peer.close();
    });
    await peer.auth(name, tokenOf(name));
    return peer;
  };
  const { sinceUs: _, ...question } = allOf('x', epochOf(there, 'x'));
  return { wire, here, there, session, question };
}

test('history of a stream that another broker sends comes from the journal there', async () => {
  const { session, question } = await scene();
  const { listing, messages } = await history(await session('root'), question);
  expect(listing).toEqual({ status: 'QUERY_OK', count: 2, ended: true, last: 2, next_epoch: null });
  expect(messages.map(({ block }) => block!.sequence)).toEqual([1, 2]);
});

test('the right to read is that at the broker that is asked', async () => {
  const { here, there, session, question } = await scene();
  for (const { core } of [here, there]) {
    applyEntitlementCommand(core, { kind: 'user', user: userOf(2, 'reader', { type: 'mq_normal' }) });
  }
  applyEntitlementCommand(there.core, { kind: 'grant', userId: 2, namespaceId: 1, role: 'sub' });
  const reader = await session('reader');
  expect((await reader.request(historyQuery(question))).body.error_code).toBe(WireError.permissionDenied);
});

test('while that broker cannot be reached the answer is ERROR 13, and it names the stream', async () => {
  const { wire, here, there, session, question } = await scene();
  const peer = await session('root');
  wire.change = (message) => (readHead(message)!.sender === there.fabric.id ? [] : [message]);
  const { body } = await peer.request(historyQuery(question));
  expect(body.error_code).toBe(WireError.unreachable);
  expect(body.error_message).toContain(`market:x under epoch ${question.epoch} cannot be reached`);
  wire.change = (message) => [message];
  await until(() => here.peer.silentMs < 300);
  expect((await history(peer, question)).listing.count).toBe(2);
});

test('since_us leaves out what was received before', async () => {
  const { session, question } = await scene();
  const peer = await session('root');
  const { messages } = await history(peer, question);
  const sinceUs = messages[1]!.block!.receivedAtUs;
  const isApart = sinceUs > messages[0]!.block!.receivedAtUs;
  expect((await history(peer, { ...question, since_us: sinceUs })).listing.count).toBe(isApart ? 1 : 2);
  expect((await history(peer, { ...question, since_us: sinceUs + 1 })).listing.count).toBe(0);
  expect((await peer.request(historyQuery({ ...question, since_us: -1 }))).body.error_code).toBe(WireError.badQuery);
});
