import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { EntitlementFeed } from '../../dist/control/entitlements/entitlement-feed.js';
import { controlLimits } from '../../dist/control/faults/control-limits.js';
import { TopicIds } from '../../dist/control/stats/topic-ids.js';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { DuplicateError, type Store } from '../../dist/control/store/store.js';
import { StoreError } from '../../dist/control/store/store-error.js';
import { StoreHealth } from '../../dist/control/store/store-health.js';
import { TopicRegistrar } from '../../dist/control/topic-registrar.js';
import { Guard } from '../../dist/guard.js';
import { RecordingLink } from './recording-link.js';
import { temporaryFolder } from './running-server.js';

async function opened() {
  const store = await openSqlite(`${temporaryFolder()}/pulsemq.db`);
  onTestFinished(() => store.close());
  await store.users.add({
    username: 'bot',
    userType: 'mq_super',
    passwordHash: null,
    tokenHash: null,
    mustChangePassword: false,
  });
  const link = new RecordingLink();
  const errors: string[] = [];
  const guard = new Guard((text) => errors.push(text));
  const feed = new EntitlementFeed(link, store, (where, error) => guard.caught(where, error));
  const lines: string[] = [];
  const log = pino({ base: null }, { write: (line) => lines.push(line) });
  const registrarOn = (used: Store, health: StoreHealth = store.health): TopicRegistrar =>
    new TopicRegistrar({ store: used, health, feed, topicIds: new TopicIds(), guard, limits: controlLimits(log), log });
  return { store, link, errors, lines, registrarOn, registrar: registrarOn(store) };
}

const turns = async (count: number): Promise<void> => {
  for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve));
};

/** A store that takes a turn of the event loop for every step, as one behind a network would. */
function slowed(store: Store): Store {
  const later =
    <Argument extends unknown[], Result>(run: (...values: Argument) => Promise<Result>) =>
    async (...values: Argument): Promise<Result> => {
      await turns(1);
      return run(...values);
    };
  const { users, namespaces, topics } = store;
  return {
    ...store,
    users: { ...users, all: later(users.all) },
    namespaces: { ...namespaces, all: later(namespaces.all), add: later(namespaces.add) },
    topics: { ...topics, addAll: later(topics.addAll) },
    transaction: (work) => store.transaction((inner) => work(slowed(inner))),
  };
}

const seen = (namespace: string, topic: string, userId = 1) =>
  ({ kind: 'topicSeen', namespace, topic, userId }) as const;

test('a topic is stored under the user that published first, and the engine gets its id', async () => {
  const { store, link, registrar } = await opened();
  registrar.seen(seen('n', 'a'));
  registrar.seen(seen('n', 'b', 99));
  registrar.seen(seen('m', 'a'));
  await registrar.settled();
  expect((await store.namespaces.all()).map(({ name, createdBy }) => [name, createdBy])).toEqual([
    ['n', 'bot'],
    ['m', 'bot'],
  ]);
  expect((await store.topics.all()).map(({ namespaceId, name, createdBy }) => [namespaceId, name, createdBy])).toEqual([
    [1, 'a', 'bot'],
    [1, 'b', 'user_99'],
    [2, 'a', 'bot'],
  ]);
  expect(link.sent).toMatchObject([
    { kind: 'namespace', namespace: { id: 1, name: 'n' } },
    { kind: 'namespace', namespace: { id: 2, name: 'm' } },
  ]);
  registrar.seen(seen('n', 'a'));
  await registrar.settled();
  expect(await store.topics.all()).toHaveLength(3);
});

test('twelve thousand topics at once are few batches and all there', async () => {
  const { store, registrar } = await opened();
  for (let index = 0; index < 12_000; index++) registrar.seen(seen(`n${index % 3}`, `t${index}`));
  await registrar.settled();
  expect([...(await store.topics.countByNamespace()).values()]).toEqual([4_000, 4_000, 4_000]);
});

test('a namespace that is made or deleted meanwhile costs no topic', async () => {
  const { store, errors, registrarOn } = await opened();
  const registrar = registrarOn(slowed(store));
  const topicCount = async (name: string) => {
    const namespace = await store.namespaces.byName(name);
    return (await store.topics.countByNamespace()).get(namespace?.id ?? 0);
  };
  for (let turnCount = 0; turnCount < 8; turnCount++) {
    const name = `n${turnCount}`;
    registrar.seen(seen(name, 't'));
    await turns(turnCount);
    const made = store.namespaces.add({ name, description: '', createdBy: 'admin' });
    await made.catch((error: unknown) => expect(error).toBeInstanceOf(DuplicateError));
    await registrar.settled();
    expect(await topicCount(name)).toBe(1);
    registrar.seen(seen(name, 'late'));
    registrar.seen(seen('kept', name));
    await turns(turnCount);
    await store.namespaces.remove((await store.namespaces.byName(name))!.id);
    await registrar.settled();
    expect(await topicCount('kept')).toBe(turnCount + 1);
  }
  expect(errors).toEqual([]);
});

test('an error that is not one of the store is reported, and costs that batch alone', async () => {
  const { store, errors, registrar, registrarOn } = await opened();
  const failing = registrarOn({ ...store, transaction: () => Promise.reject(new Error('a mistake')) });
  failing.seen(seen('n', 'a'));
  await failing.settled();
  expect(errors).toEqual([expect.stringMatching(/^registering 1 topics: Error: a mistake\n/)]);
  registrar.seen(seen('n', 'b'));
  await registrar.settled();
  expect(await store.topics.all()).toHaveLength(1);
});

test('fault T16: topics wait while the store fails, and are registered with those that came later', async () => {
  const { store, errors, registrarOn } = await opened();
  const health = new StoreHealth();
  let isFailing = true;
  const registrar = registrarOn(
    {
      ...store,
      transaction: (work) => {
        if (!isFailing) return store.transaction(work);
        const error = new StoreError('STORE_LOCKED', 'another process holds the write lock of the database');
        health.failed(error);
        return Promise.reject(error);
      },
    },
    health,
  );
  registrar.seen(seen('n', 'a'));
  while (health.problem === null) await turns(1);
  registrar.seen(seen('n', 'b'));
  await registrar.settled();
  expect([registrar.waitingCount, (await store.topics.all()).length]).toEqual([2, 0]);
  isFailing = false;
  health.wrote();
  await registrar.settled();
  expect((await store.topics.all()).map(({ name }) => name)).toEqual(['a', 'b']);
  expect(errors).toEqual([]);
});

test('fault T16: topics that wait are bounded, and the limit is logged once', async () => {
  const { store, lines, registrarOn } = await opened();
  const registrar = registrarOn({ ...store, transaction: () => new Promise(() => {}) });
  for (let index = 0; index < 200_010; index++) registrar.seen(seen('n', `t${index}`));
  expect(registrar.waitingCount).toBe(200_000);
  expect(lines.filter((line) => line.includes('200000 topics wait to be registered'))).toHaveLength(1);
});
