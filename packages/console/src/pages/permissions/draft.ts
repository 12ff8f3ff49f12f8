import type { ApiGrant, UserType } from '@pulsemq/protocol';
import { ExternalStore } from '../../state/external-store.js';
import { session } from '../../state/session.js';

/** The roles of a cell of the matrix. */
export const cellRoles = ['none', 'sub', 'pub', 'admin'] as const;
export type CellRole = (typeof cellRoles)[number];

/** A row of the matrix. For a namespace's admin, who may not list users, only the grants are known: the type is null. */
export interface MatrixUser {
  readonly id: number;
  readonly username: string;
  readonly userType: UserType | null;
  readonly isActive: boolean;
  readonly sessionCount: number;
}

/** A column of the matrix. */
export interface MatrixNamespace {
  readonly id: number;
  readonly name: string;
  readonly isActive: boolean;
}

export type CellKey = `${number}:${number}`;
export const cellKey = (userId: number, namespaceId: number): CellKey => `${userId}:${namespaceId}`;

/** Roles by cell. A missing cell has the role `none`. */
export type Roles = ReadonlyMap<CellKey, CellRole>;

export const rolesOf = (grants: readonly ApiGrant[]): Roles =>
  new Map(grants.map(({ user_id, namespace_id, role }) => [cellKey(user_id, namespace_id), role]));

/** The draft with one cell set. A cell set back to its current role leaves the draft. */
export function withRole(draft: Roles, roles: Roles, cell: CellKey, role: CellRole): Roles {
  const next = new Map(draft);
  if ((roles.get(cell) ?? 'none') === role) next.delete(cell);
  else next.set(cell, role);
  return next;
}

export interface Change {
  readonly cell: CellKey;
  readonly user: MatrixUser;
  readonly namespace: MatrixNamespace;
  readonly before: CellRole;
  readonly after: CellRole;
}

/** The cells in which the draft differs from the current roles, in the order of the matrix. */
export function changesOf(
  draft: Roles,
  roles: Roles,
  users: readonly MatrixUser[],
  namespaces: readonly MatrixNamespace[],
): readonly Change[] {
  if (draft.size === 0) return [];
  return users.flatMap((user) =>
    namespaces.flatMap((namespace) => {
      const cell = cellKey(user.id, namespace.id);
      const after = draft.get(cell);
      const before = roles.get(cell) ?? 'none';
      return after === undefined || after === before ? [] : [{ cell, user, namespace, before, after }];
    }),
  );
}

const rank: Readonly<Record<CellRole, number>> = { none: 0, sub: 1, pub: 2, admin: 3 };

export type ChangeEffect = 'ends' | 'onlySubscribes' | 'noGranting' | 'manages' | 'publishes' | 'subscribes';

/** What the change does to the user's permissions. */
export function effectOf({ before, after }: Pick<Change, 'before' | 'after'>): ChangeEffect {
  if (after === 'none') return 'ends';
  if (rank[after] < rank[before]) return after === 'sub' ? 'onlySubscribes' : 'noGranting';
  if (after === 'admin') return 'manages';
  return after === 'pub' ? 'publishes' : 'subscribes';
}

/** Changes that are not applied yet. They are kept when the viewer opens another page, and discarded at log-out. */
export const draft = new ExternalStore<Roles>(new Map());

/** Usernames that the viewer added, without a role so far. */
export const addedNames = new ExternalStore<readonly string[]>([]);

session.subscribe(() => {
  if (session.get().state !== 'out') return;
  draft.set(new Map());
  addedNames.set([]);
});
