import {
  checkNamespace,
  checkTopic,
  type GrantRole,
  grantRoles,
  type UserType,
  usernamePattern,
  userTypes,
} from '@pulsemq/protocol';
import type { Insertable } from 'kysely';
import type { AuditTable, GrantsTable, NamespacesTable, TopicsTable, UsersTable } from '../sql/tables.js';
import type { PythonNamespace, PythonRows, PythonUser } from './python-rows.js';

/** Rows of ours made of the Python package's. */
export interface ConvertedRows {
  readonly users: readonly Insertable<UsersTable>[];
  readonly namespaces: readonly Insertable<NamespacesTable>[];
  readonly topics: readonly Insertable<TopicsTable>[];
  readonly grants: readonly Insertable<GrantsTable>[];
  readonly audit: readonly Insertable<AuditTable>[];
  /** What breaks our rules and was kept without effect, such as `namespace "a b"`. */
  readonly setAside: readonly string[];
}

const isUserType = (text: string): text is UserType => (userTypes as readonly string[]).includes(text);
const isRole = (text: string): text is GrantRole => (grantRoles as readonly string[]).includes(text);

/** Ids, tokens and passwords stay. A name, type or role that is none of ours leaves its row without effect. */
export function convertRows(rows: PythonRows): ConvertedRows {
  const setAside: string[] = [];
  const note = (what: string, name: string): void => {
    setAside.push(`${what} ${JSON.stringify(name)}`);
  };
  const names = new Map(rows.users.map(({ id, username }) => [id, username]));
  const users = rows.users.map((row) => convertUser(row, note));
  const namespaces = rows.namespaces.map((row) => convertNamespace(row, names, note));
  const known = { users: new Set(users.map(({ id }) => id)), namespaces: new Set(namespaces.map(({ id }) => id)) };
  return {
    users,
    namespaces,
    topics: rows.topics
      .filter((row) => known.namespaces.has(row.namespace_id))
      .map((row) => {
        if (checkTopic(row.name) !== undefined) note('topic', row.name);
        return { ...row, created_by: creatorOf(row.created_by, names), created_at: timeOf(row.created_at) };
      }),
    grants: rows.grants
      .filter((row) => known.users.has(row.user_id) && known.namespaces.has(row.namespace_id))
      // It counts whatever it does not know as `sub`; a right nobody meant to give is not moved in.
      .flatMap(({ role, ...row }) => {
        if (!isRole(role)) note('role', role);
        return isRole(role) ? [{ ...row, role, granted_at: timeOf(row.granted_at) }] : [];
      }),
    audit: rows.audit.map((row) => ({
      ...row,
      // It wrote the user's id.
      target: names.get(Number(row.target)) ?? row.target,
      address: '',
      result: 'ok',
      request_id: '',
      created_at: timeOf(row.created_at),
    })),
    setAside,
  };
}

type Note = (what: string, name: string) => void;

function convertUser(row: PythonUser, note: Note): Insertable<UsersTable> {
  const { user_type, username } = row;
  const isGood = usernamePattern.test(username) && isUserType(user_type);
  if (!isGood) note(isUserType(user_type) ? 'user' : `user of type ${JSON.stringify(user_type)}`, username);
  return {
    ...row,
    user_type: isUserType(user_type) ? user_type : 'mq_normal',
    is_active: isGood && row.is_active !== 0 ? 1 : 0,
    created_at: timeOf(row.created_at),
    updated_at: timeOf(row.updated_at),
  };
}

function convertNamespace(
  row: PythonNamespace,
  names: ReadonlyMap<number, string>,
  note: Note,
): Insertable<NamespacesTable> {
  const isGood = checkNamespace(row.name) === undefined;
  if (!isGood) note('namespace', row.name);
  return {
    ...row,
    description: row.description ?? '',
    created_by: creatorOf(row.created_by, names),
    is_active: isGood && row.is_active !== 0 ? 1 : 0,
    created_at: timeOf(row.created_at),
  };
}

/** What a publish made is said to be by `user_7`. */
function creatorOf(text: string, names: ReadonlyMap<number, string>): string {
  const id = /^user_(\d+)$/.exec(text)?.[1];
  return (id === undefined ? undefined : names.get(Number(id))) ?? text;
}

/** `2026-01-31 09:30:00`, which is UTC, as ISO 8601. What is no such time stays. */
const timeOf = (text: string): string =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}.000Z` : text;
