import type { GrantRole } from '@pulsemq/protocol';
import type { AuditEntry } from '../rows.js';
import type { Store } from '../store.js';

/** A change that only takes rights away. It acts at once, and waits to be stored when the store cannot be written. */
export type PendingChange =
  /** A lower role of a user in a namespace, or none. */
  | { readonly kind: 'role'; readonly userId: number; readonly namespaceId: number; readonly role: GrantRole | null }
  | { readonly kind: 'userOff'; readonly userId: number }
  | { readonly kind: 'namespaceOff'; readonly namespaceId: number }
  | { readonly kind: 'logOut'; readonly loginId: string; readonly expiresAtSeconds: number };

/** A change as it waits, with its audit row. */
export interface PendingRecord {
  /** Ascending. The store keeps the number of the last one it has. */
  readonly number: number;
  readonly change: PendingChange;
  /** Null for a change that leaves none. */
  readonly audit: AuditEntry | null;
}

/** Stores a change and its audit row. Does nothing where its user, namespace or grant is gone. */
export async function storeChange(store: Store, { change, audit }: PendingRecord): Promise<void> {
  switch (change.kind) {
    case 'role':
      await storeRole(store, change, audit?.operator ?? '');
      break;
    case 'userOff':
      await switchUserOff(store, change.userId);
      break;
    case 'namespaceOff':
      await store.namespaces.update(change.namespaceId, { isActive: false });
      break;
    case 'logOut':
      await store.revokedTokens.add(change.loginId, change.expiresAtSeconds);
      break;
    default:
      change satisfies never;
  }
  if (audit !== null) await store.audit.add(audit);
}

async function storeRole(
  { grants }: Store,
  { userId, namespaceId, role }: Extract<PendingChange, { kind: 'role' }>,
  grantedBy: string,
): Promise<void> {
  const present = (await grants.ofUser(userId)).find((grant) => grant.namespaceId === namespaceId);
  if (present === undefined) return;
  if (role === null) await grants.remove(userId, namespaceId);
  else await grants.put({ userId, namespaceId, role, grantedBy });
}

async function switchUserOff({ users }: Store, userId: number): Promise<void> {
  const user = await users.byId(userId);
  if (user?.isActive !== true) return;
  await users.update(userId, { isActive: false, tokenVersion: user.tokenVersion + 1 });
}
