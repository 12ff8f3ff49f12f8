import { expect, test } from 'vitest';
import { applyEntitlementCommand } from '../../../src/engine/entitlement-commands.js';
import { everyone, jsonMessage, Kind, readHead } from '../../../src/engine/fabric/wire.js';
import type { SessionConnection } from '../../../src/engine/session/session-connection.js';
import type { FindQuestion, Found, FoundAtPeer } from '../../../src/port-find.js';
import { type SceneBroker, scene, until } from './fabric-scene.js';

const find = (broker: SceneBroker, question: FindQuestion): Promise<readonly FoundAtPeer[]> =>
  new Promise((resolve) => broker.fabric.finder.ask(question, resolve));

/** A session of the user `trader` with id 7, as a log-in opens one. */
function logIn({ core }: SceneBroker, address: string) {
  const user = { id: 7, name: 'trader', type: 'mq_normal', isActive: true, tokenHash: null } as const;
  applyEntitlementCommand(core, { kind: 'user', user });
  const connection = { address, client: 'ZMTP 3.1 DEALER' } as SessionConnection;
  return core.sessions.open(connection, core.users.ofName('trader')!, 'desk 1.2');
}

test('the sessions of a user are found at the broker that has them', async () => {
  const { a, b } = await scene();
  const session = logIn(b, '10.0.0.7');
  expect(await find(a, { kind: 'sessions', username: 'trader' })).toEqual([
    {
      brokerId: b.fabric.id,
      brokerName: 'b',
      found: {
        count: 1,
        sessions: [{ session: session.id, username: 'trader', client: 'desk 1.2', address: '10.0.0.7' }],
        last: null,
      },
    },
  ]);
  const [other] = await find(a, { kind: 'sessions', username: 'unknown' });
  expect(other?.found).toEqual({ count: 0, sessions: [], last: null });
});

test('the publishers of a topic are found, and the place of its last message', async () => {
  const { a, b } = await scene();
  b.publish('x', Buffer.from('1'));
  const session = logIn(b, '10.0.0.7');
  const route = b.core.namespaces.of('market')!.route('x')!;
  route.origin = session;
  const [found] = await find(a, { kind: 'publishers', namespace: 'market', topic: 'x' });
  expect(found?.found).toMatchObject({
    count: 1,
    sessions: [{ username: 'trader', address: '10.0.0.7' }],
    last: { epoch: b.core.epochs.current, sequence: 1 },
  });
  const [none] = await find(a, { kind: 'publishers', namespace: 'market', topic: 'y' });
  expect(none?.found).toEqual({ count: 0, sessions: [], last: null });
});

test('a list has a hundred sessions at most, and the count of all', async () => {
  const { a, b } = await scene();
  for (let index = 0; index < 120; index++) logIn(b, `10.0.1.${index}`);
  const [found] = await find(a, { kind: 'sessions', username: 'trader' });
  expect([found?.found?.count, found?.found?.sessions.length]).toEqual([120, 100]);
});

test('a broker that does not answer is named without an answer, and a late answer changes nothing', async () => {
  const { wire, a, b } = await scene();
  const held: Buffer[] = [];
  wire.change = (message) => {
    if (readHead(message)?.kind !== Kind.found) return [message];
    held.push(message);
    return [];
  };
  const silent = await find(a, { kind: 'sessions', username: 'trader' });
  expect(silent).toEqual([{ brokerId: b.fabric.id, brokerName: 'b', found: null }]);
  wire.inject(a.fabric.id, held[0]!);
  expect(a.peer.badCount).toBe(0);
});

test.each<[string, Kind, unknown]>([
  ['a question of an unknown kind', Kind.find, { number: 1, question: { kind: 'all' } }],
  ['a question without its number', Kind.find, { question: { kind: 'sessions', username: 'a' } }],
  ['an answer without sessions', Kind.found, { number: 1, found: { count: 1, last: null } }],
  [
    'an answer with a session of another form',
    Kind.found,
    { number: 1, found: { count: 1, sessions: [1], last: null } },
  ],
  ['an answer that is no object', Kind.found, { number: 1, found: 'a' }],
])('%s is counted as bad', async (_, kind, body) => {
  const { wire, a, b } = await scene();
  wire.inject(a.fabric.id, jsonMessage(kind, b.fabric.id, everyone, body));
  await until(() => a.peer.badCount === 1);
});

test('a broker that ends answers what waits', async () => {
  const { wire, a, b } = await scene();
  wire.change = (message) => (readHead(message)?.kind === Kind.found ? [] : [message]);
  const waiting = find(a, { kind: 'sessions', username: 'trader' });
  void a.fabric.close();
  const none: Found | null = null;
  expect(await waiting).toEqual([{ brokerId: b.fabric.id, brokerName: 'b', found: none }]);
});
