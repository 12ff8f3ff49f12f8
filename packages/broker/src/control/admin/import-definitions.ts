import { isDeepStrictEqual } from 'node:util';
import { type Definitions, mayUseMq } from '@pulsemq/protocol';
import { nextTurn } from '../next-turn.js';
import type { NamespaceRow, UserRow } from '../store/rows.js';
import type { Store } from '../store/store.js';
import { ApiError, badInput } from './api-error.js';
import { isUsableSuperAdmin, keepSuperAdmins } from './super-admins.js';

/** Entries that are imported before other work of this thread gets a turn: a file may have hundreds of thousands. */
const turnCount = 500;

/** What an import did. */
export interface Imported {
  /** One line for each change. */
  readonly changes: readonly string[];
  /** Ids of users whose new type may neither publish nor subscribe. */
  readonly withoutAccess: readonly number[];
}

/** The state of an import. What the store has is read once, and only differences are written. */
interface Work {
  readonly store: Store;
  readonly by: UserRow;
  readonly changes: string[];
  readonly withoutAccess: number[];
  readonly namespaces: Map<string, NamespaceRow>;
  readonly users: Map<string, UserRow>;
}

/**
 * Adds what is missing and changes what differs; deletes nothing. Run it in a transaction. Throws 400 for a grant to an unknown user
 * or of an unknown namespace, and 409 when no active super_admin with a password would be left.
 */
export async function importDefinitions(store: Store, wanted: Definitions, by: UserRow): Promise<Imported> {
  const [namespaces, users] = await Promise.all([store.namespaces.all(), store.users.all()]);
  const work: Work = {
    store,
    by,
    changes: [],
    withoutAccess: [],
    namespaces: new Map(namespaces.map((one) => [one.name, one])),
    users: new Map(users.map((one) => [one.username, one])),
  };
  await forEachInTurns(wanted.namespaces, (one) => importNamespace(work, one));
  await forEachInTurns(wanted.users, (one) => importUser(work, one));
  if (users.some(isUsableSuperAdmin) && ![...work.users.values()].some(isUsableSuperAdmin)) {
    throw new ApiError(409, 'LAST_SUPER_ADMIN', 'no active super_admin with a password would be left');
  }
  await importGrants(work, wanted.grants);
  return work;
}

async function importNamespace(
  { store, by, changes, namespaces }: Work,
  {
    name,
    description,
    is_active: isActive,
    keep_last_value: keepLastValue,
    history,
    freshness,
    bars,
  }: Definitions['namespaces'][number],
): Promise<void> {
  const before = namespaces.get(name);
  const row = before ?? (await store.namespaces.add({ name, description, createdBy: by.username, keepLastValue }));
  const isSame =
    row.description === description &&
    row.isActive === isActive &&
    row.keepLastValue === keepLastValue &&
    (history === undefined || row.history === history) &&
    (freshness === undefined || isDeepStrictEqual(row.freshness, freshness)) &&
    (bars === undefined || isDeepStrictEqual(row.bars, bars));
  const changed = { description, isActive, keepLastValue, history, freshness, bars };
  const after = isSame ? row : await store.namespaces.update(row.id, changed);
  namespaces.set(name, after ?? row);
  if (before === undefined) changes.push(`namespace ${name}: created`);
  else if (!isSame) changes.push(`namespace ${name}: changed`);
}

async function importUser(work: Work, one: Definitions['users'][number]): Promise<void> {
  const { store, users, changes, withoutAccess } = work;
  const { username, user_type: userType, is_active: isActive } = one;
  const before = users.get(username);
  const isSame = before?.userType === userType && before.isActive === isActive;
  if (!isSame) keepSuperAdmins(work.by, before, userType);
  if (before === undefined) {
    const secrets = { passwordHash: null, tokenHash: null, mustChangePassword: !mayUseMq(userType) };
    const added = await store.users.add({ username, userType, ...secrets });
    users.set(username, (isActive ? undefined : await store.users.update(added.id, { isActive })) ?? added);
    changes.push(`user ${username}: created without token and password`);
    return;
  }
  if (isSame) return;
  const tokenVersion = before.tokenVersion + 1;
  users.set(username, (await store.users.update(before.id, { userType, isActive, tokenVersion })) ?? before);
  if (!mayUseMq(userType)) withoutAccess.push(before.id);
  if (before.userType !== userType) changes.push(`user ${username}: ${before.userType} -> ${userType}`);
  if (before.isActive !== isActive) changes.push(`user ${username}: ${isActive ? 'activated' : 'deactivated'}`);
}

async function importGrants({ store, by, changes, ...work }: Work, wanted: Definitions['grants']): Promise<void> {
  const keyOf = (userId: number, namespaceId: number): string => `${userId} ${namespaceId}`;
  const roles = new Map((await store.grants.all()).map((one) => [keyOf(one.userId, one.namespaceId), one.role]));
  await forEachInTurns(wanted, async ({ username, namespace, role }, index) => {
    const userId = work.users.get(username)?.id;
    const namespaceId = work.namespaces.get(namespace)?.id;
    if (userId === undefined) throw badInput(`body.grants.${index}.username`, `there is no user ${username}`);
    if (namespaceId === undefined)
      throw badInput(`body.grants.${index}.namespace`, `there is no namespace ${namespace}`);
    const key = keyOf(userId, namespaceId);
    const before = roles.get(key);
    if (before === role) return;
    await store.grants.put({ userId, namespaceId, role, grantedBy: by.username });
    roles.set(key, role);
    changes.push(`grant of ${namespace} to ${username}: ${before ?? 'none'} -> ${role}`);
  });
}

/** Runs `work` on one item after another, and lets other work of this thread run in between. */
async function forEachInTurns<Item>(
  items: readonly Item[],
  work: (item: Item, index: number) => Promise<void>,
): Promise<void> {
  for (const [index, item] of items.entries()) {
    if (index % turnCount === turnCount - 1) await nextTurn();
    await work(item, index);
  }
}
