import type { ApiGrant, ApiUser, Me } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { grantsQuery, meQuery, namespacesQuery, usersQuery } from '../../api/lists.js';
import { inNameOrder } from '../../format/name-order.js';
import { useStore } from '../../state/use-store.js';
import { addedNames, type MatrixNamespace, type MatrixUser, type Roles, rolesOf } from './draft.js';

export interface Matrix {
  readonly me: Me;
  readonly users: readonly MatrixUser[];
  readonly namespaces: readonly MatrixNamespace[];
  readonly roles: Roles;
}

export interface MatrixQuery {
  readonly matrix: Matrix | undefined;
  readonly error: unknown;
  readonly refetch: () => void;
}

const ofList = (user: ApiUser): MatrixUser => ({
  id: user.id,
  username: user.username,
  userType: user.user_type,
  isActive: user.is_active,
  sessionCount: user.session_count,
});

/**
 * A namespace's admin may not list users. The rows are the users with a role there, and the usernames that the viewer added: these
 * have no id yet and get a negative one.
 */
function ofGrants(grants: readonly ApiGrant[], added: readonly string[]): readonly MatrixUser[] {
  const unknown = { userType: null, isActive: true, sessionCount: 0 } as const;
  const known = new Map(grants.map(({ user_id: id, username }) => [id, { id, username, ...unknown }]));
  const rows = [...known.values()];
  const named = added.map((username, index) => ({ id: -1 - index, username, ...unknown }));
  return [...rows, ...named.filter(({ username }) => !rows.some((row) => row.username === username))];
}

const refetchInterval = 10_000;

/** The users, the namespaces and the roles between them that the viewer may see. */
export function useMatrix(): MatrixQuery {
  const added = useStore(addedNames);
  const me = useQuery(meQuery);
  const isAdministrator = me.data?.is_administrator === true;
  const users = useQuery({ ...usersQuery, enabled: isAdministrator, refetchInterval });
  const namespaces = useQuery({ ...namespacesQuery, refetchInterval });
  const grants = useQuery({ ...grantsQuery, refetchInterval });
  const matrix = useMemo((): Matrix | undefined => {
    if (me.data === undefined || namespaces.data === undefined || grants.data === undefined) return undefined;
    if (isAdministrator && users.data === undefined) return undefined;
    const rows = users.data?.map(ofList) ?? ofGrants(grants.data, added);
    return {
      me: me.data,
      users: inNameOrder(rows, ({ username }) => username),
      namespaces: namespaces.data.map(({ id, name, is_active }) => ({ id, name, isActive: is_active })),
      roles: rolesOf(grants.data),
    };
  }, [me.data, users.data, namespaces.data, grants.data, isAdministrator, added]);
  const all = [me, namespaces, grants, users];
  return {
    matrix,
    error: all.find(({ error }) => error !== null)?.error ?? null,
    refetch: () => {
      for (const query of all) if (query.error !== null) void query.refetch();
    },
  };
}
