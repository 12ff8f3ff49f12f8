import { RoleLevel } from '@pulsemq/protocol';
import type { NamespaceTable } from '../../route/namespace-table.js';
import type { User } from './user.js';

/** The role level of a user in a namespace by name. A namespace that does not exist is open to users that need no grant. */
export function levelIn(user: User, namespaces: NamespaceTable, name: string): number {
  const namespace = namespaces.of(name);
  if (namespace !== undefined) return user.levelIn(namespace);
  return user.hasAllRights ? RoleLevel.admin : RoleLevel.none;
}
