import type { Store } from '../store.js';
import type { PendingChanges } from './pending-changes.js';

/**
 * The store with the changes that wait: reads show them as made, and every write stores them first, in its own transaction, so that they
 * come before any later change of the same thing.
 */
export function withPending(store: Store, pending: PendingChanges): Store {
  const transaction: Store['transaction'] = async (work) => {
    let number = 0;
    const result = await store.transaction(async (inner) => {
      number = await pending.storeTo(inner);
      return work(inner);
    });
    await pending.stored(number);
    return result;
  };
  /** A write of one statement needs a transaction only while changes wait. */
  const write = <Result>(work: (to: Store) => Promise<Result>): Promise<Result> =>
    pending.count === 0 ? work(store) : transaction(work);
  return {
    ...store,
    transaction,
    users: usersWith(store, pending, write),
    namespaces: namespacesWith(store, pending, write),
    grants: grantsWith(store, pending, write),
    revokedTokens: {
      ...store.revokedTokens,
      all: async (nowSeconds) => [...(await store.revokedTokens.all(nowSeconds)), ...pending.loggedOut],
    },
  };
}

type Write = <Result>(work: (to: Store) => Promise<Result>) => Promise<Result>;

function usersWith({ users }: Store, pending: PendingChanges, write: Write): Store['users'] {
  const shown = <Row extends Parameters<PendingChanges['user']>[0]>(row: Row | undefined) => row && pending.user(row);
  return {
    all: async () => (await users.all()).map((row) => pending.user(row)),
    list: async (filter, page) => {
      const { rows, total } = await users.list(filter, page);
      return { rows: rows.map((row) => pending.user(row)), total };
    },
    byId: async (id) => shown(await users.byId(id)),
    byName: async (username) => shown(await users.byName(username)),
    add: (user) => write((to) => to.users.add(user)),
    update: (id, changes) => write((to) => to.users.update(id, changes)),
    remove: (id) => write((to) => to.users.remove(id)),
  };
}

function namespacesWith({ namespaces }: Store, pending: PendingChanges, write: Write): Store['namespaces'] {
  return {
    all: async () => (await namespaces.all()).map((row) => pending.namespace(row)),
    list: async (filter, page) => {
      const { rows, total } = await namespaces.list(filter, page);
      return { rows: rows.map((row) => pending.namespace(row)), total };
    },
    byId: async (id) => {
      const row = await namespaces.byId(id);
      return row && pending.namespace(row);
    },
    byName: async (name) => {
      const row = await namespaces.byName(name);
      return row && pending.namespace(row);
    },
    add: (namespace) => write((to) => to.namespaces.add(namespace)),
    update: (id, changes) => write((to) => to.namespaces.update(id, changes)),
    remove: (id) => write((to) => to.namespaces.remove(id)),
  };
}

function grantsWith({ grants }: Store, pending: PendingChanges, write: Write): Store['grants'] {
  const shown = <Row extends Parameters<PendingChanges['grant']>[0]>(rows: readonly Row[]) =>
    rows.flatMap((row) => pending.grant(row) ?? []);
  return {
    all: async () => shown(await grants.all()),
    list: async (filter, page) => {
      const { rows, total } = await grants.list(filter, page);
      const left = shown(rows);
      return { rows: left, total: total - (rows.length - left.length) };
    },
    countByNamespace: () => grants.countByNamespace(),
    ofUser: async (userId) => shown(await grants.ofUser(userId)),
    put: (grant) => write((to) => to.grants.put(grant)),
    remove: (userId, namespaceId) => write((to) => to.grants.remove(userId, namespaceId)),
  };
}
