import { MessageType } from '@pulsemq/protocol';
import { expect, onTestFinished, test } from 'vitest';
import { readHead } from '../../../src/engine/fabric/wire.js';
import { ticketSubscription } from '../engine-fixture.js';
import { sub } from '../market/market-fixture.js';
import { type Delivery, WirePeer } from '../wire-peer.js';
import { SceneBroker, until, Wire } from './fabric-scene.js';
import { SocketBroker } from './socket-broker.js';

async function opened(port: number, socketType: 'DEALER' | 'XSUB'): Promise<WirePeer> {
  const peer = await WirePeer.open(port, { socketType });
  onTestFinished(async () => {
    await peer.close();
  });
  return peer;
}

/** The type, and the sequence of a message of a topic. */
const inShort = ({ header, block }: Delivery): string =>
  header.type === MessageType.streamsEnded ? 'ended' : `message ${block?.sequence}`;

test('STREAMS_ENDED comes on every bound lane, after the last message of the streams and before the next run of their broker', async () => {
  const wire = new Wire();
  const here = await SocketBroker.open('here', wire);
  const there = new SceneBroker('there', wire);
  const session = await opened(here.pubPort, 'DEALER');
  const { ticket } = (await session.auth(here.username, here.token)).body;
  const lanes: WirePeer[] = [];
  for (const lane of [0, 1]) {
    const peer = await opened(here.subPort, 'XSUB');
    peer.subscribe(ticketSubscription(ticket as string, lane));
    await peer.delivery();
    await session.request(sub('>', lane === 0 ? {} : { lane }));
    lanes.push(peer);
  }
  await here.joined(there);
  there.publish('x', Buffer.from('1'));
  there.publish('y', Buffer.from('1'));
  await until(() => here.peer.receivedCount === 2);
  const epoch = here.core.namespaces.of('market')!.newest('x')!.epoch;
  wire.change = (message) => (readHead(message)?.sender === there.fabric.id ? [] : [message]);
  const again = new SceneBroker('there', wire);
  await here.joined(again);
  again.publish('x', Buffer.from('2'));
  for (const lane of lanes) {
    const seen = [await lane.delivery(), await lane.delivery(), await lane.delivery(), await lane.delivery()];
    expect(seen.map(inShort)).toEqual(['message 1', 'message 1', 'ended', 'message 1']);
    expect(JSON.parse(Buffer.from(seen[2]!.payload).toString())).toEqual({ epochs: [epoch] });
  }
});
