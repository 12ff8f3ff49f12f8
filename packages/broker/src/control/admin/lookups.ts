import type { NamespaceRow, TopicRow, UserRow } from '../store/rows.js';
import type { NamespaceStore, TopicStore, UserStore } from '../store/store.js';
import { ApiError, notFound } from './api-error.js';

/** A user by id. Throws 404. */
export async function existingUser(users: UserStore, id: number): Promise<UserRow> {
  const user = await users.byId(id);
  if (user === undefined) throw notFound('user', id);
  return user;
}

/** A user by name. Throws 404. */
export async function existingUserNamed(users: UserStore, username: string): Promise<UserRow> {
  const user = await users.byName(username);
  if (user === undefined) throw notFound('user', username);
  return user;
}

/** A namespace by id. Throws 404. */
export async function existingNamespace(namespaces: NamespaceStore, id: number): Promise<NamespaceRow> {
  const namespace = await namespaces.byId(id);
  if (namespace === undefined) throw notFound('namespace', id);
  return namespace;
}

/** A topic by id. Throws 404. */
export async function existingTopic(topics: TopicStore, id: number): Promise<TopicRow> {
  const topic = await topics.byId(id);
  if (topic === undefined) throw notFound('topic', id);
  return topic;
}

/** Names of all namespaces by id. */
export const namespaceNames = async (namespaces: NamespaceStore): Promise<ReadonlyMap<number, string>> =>
  new Map((await namespaces.all()).map(({ id, name }) => [id, name]));

/** A namespace by name that keeps the last values of its topics. Throws 404, and 409 for one that does not keep them. */
export async function namespaceWithValues(namespaces: NamespaceStore, name: string): Promise<NamespaceRow> {
  const namespace = await namespaces.byName(name);
  if (namespace === undefined) throw notFound('namespace', name);
  if (namespace.keepLastValue) return namespace;
  const text = `namespace ${name} does not keep last values; set keep_last_value with PUT /api/namespaces/${namespace.id}`;
  throw new ApiError(409, 'NOT_KEPT', text);
}
