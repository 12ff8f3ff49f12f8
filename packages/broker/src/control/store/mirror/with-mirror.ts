import { setTimeout as delay } from 'node:timers/promises';
import type { OpenedStore } from '../opened-store.js';
import type { Page, Store } from '../store.js';
import { StoreError } from '../store-error.js';
import type { StoreHealth } from '../store-health.js';
import type { StoreMirror } from './store-mirror.js';

/** How long the read of one row waits for the database before the mirror answers. */
const answerMs = 1_000;

/**
 * The store, whose reads of users, namespaces, grants and ended log-ins the mirror answers while the database cannot be reached. Each read
 * that the database answers goes into the mirror. Transactions and writes need the database. Before the mirror has been filled, by reads of
 * all rows, reads fail as those of the store do.
 */
export function withMirror<Base extends OpenedStore>(store: Base, mirror: StoreMirror): Base {
  const { health } = store;
  const read: Read = (source) => readFrom(source, health, mirror);
  const readRow: Read = (source) => readSoon(source, health, mirror);
  const reads = { read, readRow };
  return {
    ...store,
    users: usersWith(store, mirror, reads),
    namespaces: namespacesWith(store, mirror, reads),
    grants: grantsWith(store, mirror, reads),
    userKeys: {
      ...store.userKeys,
      all: () =>
        read({
          store: () => store.userKeys.all(),
          keep: (rows) => mirror.setUserKeys(rows),
          mirror: () => [...mirror.userKeys],
        }),
    },
    revokedTokens: {
      ...store.revokedTokens,
      all: (nowSeconds) =>
        read({
          store: () => store.revokedTokens.all(nowSeconds),
          keep: (ids) => mirror.setLoggedOut(ids),
          mirror: () => [...mirror.loggedOut],
        }),
    },
  };
}

/** One read: from the database, what the mirror keeps of it, and from the mirror. */
interface Source<Result> {
  readonly store: () => Promise<Result>;
  readonly keep?: (result: Result) => void;
  readonly mirror: () => Result;
}

type Read = <Result>(source: Source<Result>) => Promise<Result>;

interface Reads {
  readonly read: Read;
  /** Of one row: waits only a second. */
  readonly readRow: Read;
}

async function readFrom<Result>(source: Source<Result>, health: StoreHealth, mirror: StoreMirror): Promise<Result> {
  // The state of the store is tried once a second: a read need not wait for a server that is known to be away.
  if (mirror.isFilled && health.problem?.code === 'STORE_AWAY') return source.mirror();
  try {
    const result = await source.store();
    source.keep?.(result);
    return result;
  } catch (error) {
    if (mirror.isFilled && error instanceof StoreError) return source.mirror();
    throw error;
  }
}

async function readSoon<Result>(source: Source<Result>, health: StoreHealth, mirror: StoreMirror): Promise<Result> {
  const reading = readFrom(source, health, mirror);
  if (!mirror.isFilled) return reading;
  const answered = new AbortController();
  const late = delay(answerMs, undefined, { signal: answered.signal }).then(source.mirror);
  // Whichever comes second is not waited for, and its error is that of a timer that was stopped or of a server that has gone.
  late.catch(() => {});
  reading.catch(() => {});
  try {
    return await Promise.race([reading, late]);
  } finally {
    answered.abort();
  }
}

function usersWith({ users }: Store, mirror: StoreMirror, { read, readRow }: Reads): Store['users'] {
  return {
    ...users,
    all: () =>
      read({
        store: () => users.all(),
        keep: (rows) => mirror.sawUsers(rows),
        mirror: () => mirror.users,
      }),
    list: ({ userType, text }, page) =>
      read({
        store: () => users.list({ userType, text }, page),
        mirror: () => {
          const rows = mirror.users.filter(
            (row) => (userType === undefined || row.userType === userType) && hasText(row.username, text),
          );
          return pageOf(rows, page);
        },
      }),
    byId: (id) =>
      readRow({
        store: () => users.byId(id),
        keep: (row) => mirror.sawUser(id, row),
        mirror: () => mirror.user(id),
      }),
    byName: (username) =>
      readRow({
        store: () => users.byName(username),
        keep: (row) => row && mirror.sawUser(row.id, row),
        mirror: () => mirror.users.find((row) => row.username === username),
      }),
    add: async (user) => {
      const row = await users.add(user);
      mirror.setUser(row.id, row);
      return row;
    },
    update: async (id, changes) => {
      const row = await users.update(id, changes);
      mirror.setUser(id, row);
      return row;
    },
  };
}

function namespacesWith({ namespaces }: Store, mirror: StoreMirror, { read, readRow }: Reads): Store['namespaces'] {
  return {
    ...namespaces,
    all: () =>
      read({
        store: () => namespaces.all(),
        keep: (rows) => mirror.setNamespaces(rows),
        mirror: () => mirror.namespaces,
      }),
    list: ({ text }, page) =>
      read({
        store: () => namespaces.list({ text }, page),
        mirror: () =>
          pageOf(
            mirror.namespaces.filter(({ name }) => hasText(name, text)),
            page,
          ),
      }),
    byId: (id) =>
      readRow({
        store: () => namespaces.byId(id),
        keep: (row) => mirror.setNamespace(id, row),
        mirror: () => mirror.namespace(id),
      }),
    byName: (name) =>
      readRow({
        store: () => namespaces.byName(name),
        keep: (row) => row && mirror.setNamespace(row.id, row),
        mirror: () => mirror.namespaces.find((row) => row.name === name),
      }),
  };
}

function grantsWith({ grants }: Store, mirror: StoreMirror, { read, readRow }: Reads): Store['grants'] {
  return {
    ...grants,
    all: () =>
      read({
        store: () => grants.all(),
        keep: (rows) => mirror.setGrants(rows),
        mirror: () => mirror.grants,
      }),
    list: (filter, page) =>
      read({
        store: () => grants.list(filter, page),
        mirror: () => {
          const { userId, namespaceIds } = filter;
          const rows = (userId === undefined ? mirror.grants : mirror.grantsOf(userId)).filter(
            ({ namespaceId }) => namespaceIds === undefined || namespaceIds.includes(namespaceId),
          );
          return pageOf(rows, page);
        },
      }),
    ofUser: (userId) =>
      readRow({
        store: () => grants.ofUser(userId),
        keep: (rows) => mirror.setGrantsOf(userId, rows),
        mirror: () => [...mirror.grantsOf(userId)],
      }),
  };
}

const hasText = (name: string, text: string | undefined): boolean =>
  text === undefined || name.toLowerCase().includes(text.toLowerCase());

const pageOf = <Row>(rows: readonly Row[], { limit, offset }: Page): { rows: Row[]; total: number } => ({
  rows: rows.slice(offset, offset + limit),
  total: rows.length,
});
