import { RoleLevel } from '@pulsemq/protocol';
import type { Interest } from '../../route/interest.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import type { User } from '../auth/user.js';
import type { Session } from '../session.js';
import type { SessionTable } from '../session-table.js';
import type { PlacedConnection } from './placed-connection.js';

/** What a subscriber connection may have now: what it asked for, as far as rights allow. */
export function entitledInterests(
  connection: PlacedConnection,
  namespaces: NamespaceTable,
  sessions: SessionTable,
): Interest[] {
  if (connection.plainUser !== null) return ofPlainUser(connection.prefixes, connection.plainUser, namespaces);
  if (connection.session !== null) return [...ofSession(connection.session, namespaces)];
  if (!connection.isLegacy) return [];
  return ofAddress(connection.prefixes, sessions.ofAddress(connection.address), namespaces);
}

/** The subscriptions of a session that its user still has the right to. */
export function* ofSession(session: Session, namespaces: NamespaceTable): Generator<Interest> {
  for (const interest of session.subscriptions()) {
    const namespace = namespaces.of(interest.namespace);
    if (namespace !== undefined && session.user.levelIn(namespace) >= RoleLevel.sub) yield interest;
  }
}

/** For each prefix, the union of what live sessions of the same address have asked for in its namespace. */
function ofAddress(
  prefixes: ReadonlySet<string>,
  sessions: ReadonlySet<Session>,
  namespaces: NamespaceTable,
): Interest[] {
  const interests: Interest[] = [];
  for (const text of prefixes) {
    const colon = text.indexOf(':');
    if (colon <= 0) continue;
    const namespace = text.slice(0, colon);
    const prefix = text.slice(colon + 1);
    for (const session of sessions) {
      for (const interest of ofSession(session, namespaces)) {
        if (interest.namespace === namespace) interests.push({ ...interest, prefix });
      }
    }
  }
  return interests;
}

/** Plain prefixes in every namespace that the user may read. */
function ofPlainUser(prefixes: ReadonlySet<string>, user: User, namespaces: NamespaceTable): Interest[] {
  const interests: Interest[] = [];
  for (const text of prefixes) {
    const colon = text.indexOf(':');
    for (const namespace of namespaces.all()) {
      if (user.levelIn(namespace) < RoleLevel.sub) continue;
      const key = `${namespace.name}:`;
      if (colon < 0 ? key.startsWith(text) : text.startsWith(key)) {
        interests.push({ namespace: namespace.name, pattern: '>', prefix: text.slice(key.length) });
      }
    }
  }
  return interests;
}
