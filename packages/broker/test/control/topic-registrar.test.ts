import { expect, onTestFinished, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { DuplicateError, type Store } from '../../dist/control/store/store.js';
import { EntitlementFeed } from '../../src/control/entitlements/entitlement-feed.js';
import { TopicIds } from '../../src/control/stats/topic-ids.js';
import { TopicRegistrar } from '../../src/control/topic-registrar.js';
import { RecordingLink } from './recording-link.js';
import { temporaryFolder } from './running-server.js';

async function opened() {
  const store = await openSqlite(`${temporaryFolder()}/pulsemq.db`);
  onTestFinished(() => store.close());
  await store.users.add({
    ...{ username: 'bot', userType: 'mq_super', passwordHash: null, tokenHash: null, mustChangePassword: false },
  });
  const link = new RecordingLink();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push(error);
  };
  return {
    store,
    link,
    errors,
    onError,
    registrar: new TopicRegistrar(store, new EntitlementFeed(link, store, onError), new TopicIds(), onError),
  };
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

test('what was published first is written down under its publisher, and the engine is told the number', async () => {
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
  const { store, errors, onError } = await opened();
  const slow = slowed(store);
  const registrar = new TopicRegistrar(
    slow,
    new EntitlementFeed(new RecordingLink(), store, onError),
    new TopicIds(),
    onError,
  );
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

test('a store that cannot be written is an error of that batch alone', async () => {
  const { store, errors, registrar } = await opened();
  const broken = { ...store, transaction: () => Promise.reject(new Error('disk full')) };
  const feed = new EntitlementFeed(new RecordingLink(), store, (error) => errors.push(error));
  const failing = new TopicRegistrar(broken, feed, new TopicIds(), (error) => errors.push(error));
  failing.seen(seen('n', 'a'));
  await failing.settled();
  expect(errors).toEqual([new Error('disk full')]);
  registrar.seen(seen('n', 'b'));
  await registrar.settled();
  expect(await store.topics.all()).toHaveLength(1);
});
