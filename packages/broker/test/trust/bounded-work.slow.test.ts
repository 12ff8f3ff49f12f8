import { MessageType } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import type { WirePeer } from '../engine/wire-peer.js';
import { WirePeer as Peer } from '../engine/wire-peer.js';
import { Besieged, ping, pub, query, sub, unsub } from './trust-fixture.js';

/** What one peer can ask for in one read is spread over turns: a healthy pair beside it goes on. */

const count = (length: number): number[] => Array.from({ length }, (_, index) => index);

const levels = (index: number): string => `a${index % 100}.b${Math.floor(index / 100)}`;

/** Sends a PING of the protocol and reads replies until its PONG: everything sent before it has been handled. */
async function untilHandled(peer: WirePeer): Promise<number> {
  peer.socket.write(ping());
  for (let replies = 0; ; replies++) if ((await peer.reply()).type === MessageType.pong) return replies;
}

async function makeTopics(peer: WirePeer, topicCount: number): Promise<void> {
  peer.socket.write(Buffer.concat(count(topicCount).map((index) => pub(levels(index)))));
  await untilHandled(peer);
}

test('fault T4: prefixes of a legacy subscriber and patterns of its neighbours do not multiply', async () => {
  const siege = await Besieged.start();
  const { running, token } = siege;
  const sessions = await Promise.all(count(10).map(() => running.wire('attacker', token)));
  for (const [number, session] of sessions.entries()) {
    session.socket.write(Buffer.concat(count(500).map((index) => sub(`s${number}.p${index}`))));
    await untilHandled(session);
  }
  const legacy = await Peer.open(running.server.addresses.subPort, { socketType: 'SUB' });
  for (const index of count(499)) legacy.subscribe(`market:s${index % 10}.p${index}`);
  // Whole messages still match by both: the prefix and a pattern of a session.
  await legacy.pong();
  for (const index of count(50)) {
    sessions[0]!.socket.write(Buffer.concat([unsub(`s0.p${index}`), sub(`s0.p${index}`)]));
    await untilHandled(sessions[0]!);
  }
  sessions[0]!.socket.write(pub('s7.p7'));
  expect((await legacy.delivery()).key).toBe('market:s7.p7');
  await siege.expectHealthy('10 sessions x 500 patterns x 499 prefixes');
});

test('fault T5: 200 queries for 50,000 topics in one read', async () => {
  const siege = await Besieged.start();
  const attacker = await siege.running.wire('attacker', siege.token);
  await makeTopics(attacker, 50_000);
  const ask = query({ type: 'topics', namespace: 'market' });
  attacker.socket.write(Buffer.concat(count(200).map(() => ask)));
  const first = await attacker.reply();
  expect((first.body.data as string[]).length).toBe(50_000);
  expect(await untilHandled(attacker)).toBe(199);
  await siege.expectHealthy('200 x 50,000 topics');
});

test('a list of topics comes in pages of 5,000 to those that ask for pages', async () => {
  const { running, token } = await Besieged.start();
  const attacker = await running.wire('attacker', token);
  await makeTopics(attacker, 12_345);
  const seen: string[] = [];
  for (let page: number | null = 0; page !== null; ) {
    attacker.socket.write(query({ type: 'topics', namespace: 'market', page }));
    const { topics, next } = (await attacker.reply()).body.data as { topics: string[]; next: number | null };
    expect(topics.length).toBeLessThanOrEqual(5_000);
    seen.push(...topics);
    page = next;
  }
  expect(seen).toEqual(count(12_345).map(levels).sort());
});

test('fault T6: SUB and PUB in turns, 499 patterns, in one read', async () => {
  const siege = await Besieged.start();
  const attacker = await siege.running.wire('attacker', siege.token);
  const stream = await siege.running.bound(attacker);
  attacker.socket.write(Buffer.concat(count(499).map((index) => sub(`x.p${index}`))));
  await untilHandled(attacker);
  const turns = count(700).flatMap((index) => [sub('turn'), pub('turn', String(index)), unsub('turn'), pub('turn')]);
  attacker.socket.write(Buffer.concat(turns));
  await untilHandled(attacker);
  // Each PUB behind a SUB was delivered, each behind an UNSUB was not.
  for (const index of count(700)) expect(Buffer.from((await stream.delivery()).payload).toString()).toBe(String(index));
  await siege.expectHealthy('700 x SUB, PUB, UNSUB, PUB');
});

test('fault T10: 300 publishers of 50,000 topics leave', async () => {
  const siege = await Besieged.start();
  const first = await siege.running.wire('attacker', siege.token);
  await makeTopics(first, 50_000);
  const leaving = await Promise.all(count(300).map(() => siege.running.wire('attacker', siege.token)));
  for (const [index, peer] of leaving.entries()) {
    peer.socket.write(pub(levels(index)));
    await untilHandled(peer);
  }
  await Promise.all(leaving.map((peer) => peer.close()));
  await siege.expectHealthy('300 publishers leave');
});
