import type { GrantRole } from '@pulsemq/protocol';
import type { EngineLink, EngineNamespace, EngineUser, Entitlements } from '../../port.js';
import type { NamespaceRow, UserRow } from '../store/rows.js';
import type { Store } from '../store/store.js';

const engineUser = (user: UserRow): EngineUser => ({
  id: user.id,
  name: user.username,
  type: user.userType,
  isActive: user.isActive,
  tokenHash: user.tokenHash,
});

const engineNamespace = ({ id, name, isActive, keepLastValue }: NamespaceRow): EngineNamespace => ({
  id,
  name,
  isActive,
  keepLastValue,
});

/** All rights as the store has them. */
export async function compileEntitlements(store: Store): Promise<Entitlements> {
  const [users, namespaces, grants] = await Promise.all([
    store.users.all(),
    store.namespaces.all(),
    store.grants.all(),
  ]);
  return { users: users.map(engineUser), namespaces: namespaces.map(engineNamespace), grants };
}

/**
 * Tells the engine of every change at the moment it is stored, and once in a while the whole truth again, in case another
 * process changed the store (`limits.cache_refresh_sec`).
 */
export class EntitlementFeed {
  readonly #link: EngineLink;
  readonly #store: Store;
  readonly #onError: (error: unknown) => void;
  #timer: NodeJS.Timeout | null = null;

  constructor(link: EngineLink, store: Store, onError: (error: unknown) => void) {
    this.#link = link;
    this.#store = store;
    this.#onError = onError;
  }

  start(refreshSeconds: number): void {
    this.#timer = setInterval(() => this.pushAll().catch(this.#onError), refreshSeconds * 1_000);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  async pushAll(): Promise<void> {
    this.#link.send({ kind: 'entitlements', entitlements: await compileEntitlements(this.#store) });
  }

  userChanged(user: UserRow): void {
    this.#link.send({ kind: 'user', user: engineUser(user) });
  }

  userRemoved(userId: number): void {
    this.#link.send({ kind: 'userRemoved', userId });
  }

  namespaceChanged(namespace: NamespaceRow): void {
    this.#link.send({ kind: 'namespace', namespace: engineNamespace(namespace) });
  }

  namespaceRemoved(namespaceId: number): void {
    this.#link.send({ kind: 'namespaceRemoved', namespaceId });
  }

  grantChanged(userId: number, namespaceId: number, role: GrantRole | null): void {
    this.#link.send({ kind: 'grant', userId, namespaceId, role });
  }

  topicRemoved(namespaceId: number, name: string): void {
    this.#link.send({ kind: 'topicRemoved', namespaceId, name });
  }
}
