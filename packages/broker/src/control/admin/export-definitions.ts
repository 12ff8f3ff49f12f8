import { checkNamespace, type Definitions, usernamePattern } from '@pulsemq/protocol';
import type { Store } from '../store/store.js';

/** Namespaces with their freshness rules, users without secrets, and grants. Names that break the rules are left out, since no import would accept them. */
export async function exportDefinitions(store: Store): Promise<Definitions> {
  const [namespaces, users, grants] = await Promise.all([
    store.namespaces.all(),
    store.users.all(),
    store.grants.all(),
  ]);
  const goodNamespaces = namespaces.filter(({ name }) => checkNamespace(name) === undefined);
  const goodUsers = users.filter(({ username }) => usernamePattern.test(username));
  const names = new Map(goodNamespaces.map(({ id, name }) => [id, name]));
  const usernames = new Map(goodUsers.map((user) => [user.id, user.username]));
  return {
    version: 1,
    namespaces: goodNamespaces.map((one) => ({
      name: one.name,
      description: one.description,
      is_active: one.isActive,
      keep_last_value: one.keepLastValue,
      history: one.history,
      freshness: one.freshness,
      bars: one.bars,
    })),
    users: goodUsers.map((one) => ({ username: one.username, user_type: one.userType, is_active: one.isActive })),
    grants: grants.flatMap(({ userId, namespaceId, role }) => {
      const [username, namespace] = [usernames.get(userId), names.get(namespaceId)];
      return username === undefined || namespace === undefined ? [] : [{ username, namespace, role }];
    }),
  };
}
