import type { GrantRole } from '@pulsemq/protocol';
import type { EngineCommand, EngineLink } from '../../port.js';
import type { EngineNamespace, EngineUser, Entitlements } from '../../port-entitlements.js';
import type { FailureReport } from '../faults/failure-report.js';
import type { NamespaceRow, UserRow } from '../store/rows.js';
import type { Store } from '../store/store.js';

const engineUser = (user: UserRow): EngineUser => ({
  id: user.id,
  name: user.username,
  type: user.userType,
  isActive: user.isActive,
  tokenHash: user.tokenHash,
});

const engineNamespace = ({
  id,
  name,
  isActive,
  keepLastValue,
  history,
  freshness,
  bars,
}: NamespaceRow): EngineNamespace => ({
  id,
  name,
  isActive,
  keepLastValue,
  history,
  freshness,
  bars,
});

/** All rights that the store has. */
export async function compileEntitlements(store: Store): Promise<Entitlements> {
  const [users, namespaces, grants, keys] = await Promise.all([
    store.users.all(),
    store.namespaces.all(),
    store.grants.all(),
    store.userKeys.all(),
  ]);
  const userKeys = keys.map(({ userId, key }) => ({ userId, key }));
  return { users: users.map(engineUser), namespaces: namespaces.map(engineNamespace), grants, userKeys };
}

/**
 * Sends each change of rights to the engine when it is stored. Sends all rights again every `limits.rights_refresh_sec`, in case another
 * process has changed the store.
 */
export class EntitlementFeed {
  readonly #link: EngineLink;
  readonly #store: Store;
  readonly #report: FailureReport;
  #timer: NodeJS.Timeout | null = null;
  #changeCount = 0;

  constructor(link: EngineLink, store: Store, report: FailureReport) {
    this.#link = link;
    this.#store = store;
    this.#report = report;
  }

  /** Changes sent so far: what was read from the store before one of them is out of date. */
  get changeCount(): number {
    return this.#changeCount;
  }

  start(refreshSeconds: number): void {
    this.#timer = setInterval(
      () => this.pushAll().catch((error: unknown) => this.#report('sending all rights to the engine', error)),
      refreshSeconds * 1_000,
    );
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  /** Sends all rights. */
  async pushAll(): Promise<void> {
    for (;;) {
      const changeCount = this.#changeCount;
      const entitlements = await compileEntitlements(this.#store);
      // Rights that were read before a change must not reach the engine after it.
      if (changeCount !== this.#changeCount) continue;
      this.#link.send({ kind: 'entitlements', entitlements });
      return;
    }
  }

  userChanged(user: UserRow): void {
    this.#change({ kind: 'user', user: engineUser(user) });
  }

  userRemoved(userId: number): void {
    this.#change({ kind: 'userRemoved', userId });
  }

  userKeyAdded(userId: number, key: string): void {
    this.#change({ kind: 'userKey', userId, key });
  }

  userKeyRemoved(key: string): void {
    this.#change({ kind: 'userKeyRemoved', key });
  }

  namespaceChanged(namespace: NamespaceRow): void {
    this.#change({ kind: 'namespace', namespace: engineNamespace(namespace) });
  }

  namespaceRemoved(namespaceId: number): void {
    this.#change({ kind: 'namespaceRemoved', namespaceId });
  }

  grantChanged(userId: number, namespaceId: number, role: GrantRole | null): void {
    this.#change({ kind: 'grant', userId, namespaceId, role });
  }

  topicRemoved(namespaceId: number, name: string): void {
    this.#change({ kind: 'topicRemoved', namespaceId, name });
  }

  #change(command: EngineCommand): void {
    this.#changeCount++;
    this.#link.send(command);
  }
}
