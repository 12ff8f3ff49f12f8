import type { ApiGrant, UserType } from '@pulsemq/protocol';
import { ExternalStore } from '../../state/external-store.js';
import { session } from '../../state/session.js';

/** What a cell of the matrix can say. */
export const cellRoles = ['none', 'sub', 'pub', 'admin'] as const;
export type CellRole = (typeof cellRoles)[number];

/** A row of the matrix. Who may not list users knows of them only what the grants say. */
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

/** Roles by cell; a cell that is not in it says `none`. */
export type Roles = ReadonlyMap<CellKey, CellRole>;

export const rolesOf = (grants: readonly ApiGrant[]): Roles =>
  new Map(grants.map(({ user_id, namespace_id, role }) => [cellKey(user_id, namespace_id), role]));

/** The draft with one cell set; what is back at what holds is no change. */
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

/** The difference between the draft and what holds now, in the order of the matrix. */
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

/** What a change means for the user. */
export function effectOf({ before, after }: Pick<Change, 'before' | 'after'>): ChangeEffect {
  if (after === 'none') return 'ends';
  if (rank[after] < rank[before]) return after === 'sub' ? 'onlySubscribes' : 'noGranting';
  if (after === 'admin') return 'manages';
  return after === 'pub' ? 'publishes' : 'subscribes';
}

/** Changes not applied yet. They outlive the page, so that looking something up loses nothing, but not the log-in. */
export const draft = new ExternalStore<Roles>(new Map());

/** Names of users without a role here yet, as the reader wrote them. */
export const addedNames = new ExternalStore<readonly string[]>([]);

session.subscribe(() => {
  if (session.get().state !== 'out') return;
  draft.set(new Map());
  addedNames.set([]);
});
