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
import type {
  PythonAuditRow,
  PythonGrant,
  PythonNamespace,
  PythonRows,
  PythonTopic,
  PythonUser,
} from './python-rows.js';

/** Rows of the Python package as this broker stores them. */
export interface ConvertedRows {
  readonly users: readonly Insertable<UsersTable>[];
  readonly namespaces: readonly Insertable<NamespacesTable>[];
  readonly topics: readonly Insertable<TopicsTable>[];
  readonly grants: readonly Insertable<GrantsTable>[];
  readonly audit: readonly Insertable<AuditTable>[];
  /** What breaks the rules and has no effect, such as `namespace "a b"`. */
  readonly withoutEffect: readonly string[];
}

const isUserType = (text: string): text is UserType => (userTypes as readonly string[]).includes(text);
const isRole = (text: string): text is GrantRole => (grantRoles as readonly string[]).includes(text);

/** Usernames by id. */
type Usernames = ReadonlyMap<number, string>;
/** Notes a row that has no effect. */
type Note = (what: string, name: string) => void;

/**
 * Keeps ids, tokens and passwords. A user or namespace whose name breaks the rules, and a user of an unknown type, is deactivated. A
 * grant with an unknown role is left out.
 */
export function convertRows(rows: PythonRows): ConvertedRows {
  const withoutEffect: string[] = [];
  const note: Note = (what, name) => {
    withoutEffect.push(`${what} ${JSON.stringify(name)}`);
  };
  const usernames: Usernames = new Map(rows.users.map(({ id, username }) => [id, username]));
  const namespaceIds = new Set(rows.namespaces.map(({ id }) => id));
  return {
    users: rows.users.map((row) => convertUser(row, note)),
    namespaces: rows.namespaces.map((row) => convertNamespace(row, usernames, note)),
    topics: rows.topics
      .filter((row) => namespaceIds.has(row.namespaceId))
      .map((row) => convertTopic(row, usernames, note)),
    grants: rows.grants
      .filter((row) => usernames.has(row.userId) && namespaceIds.has(row.namespaceId))
      .flatMap((row) => convertGrant(row, note)),
    audit: rows.audit.map((row) => convertAuditRow(row, usernames)),
    withoutEffect,
  };
}

function convertUser(row: PythonUser, note: Note): Insertable<UsersTable> {
  const { userType, username } = row;
  const isGood = usernamePattern.test(username) && isUserType(userType);
  if (!isGood) note(isUserType(userType) ? 'user' : `user of type ${JSON.stringify(userType)}`, username);
  return {
    ...row,
    userType: isUserType(userType) ? userType : 'mq_normal',
    isActive: isGood && row.isActive !== 0 ? 1 : 0,
    createdAt: timeOf(row.createdAt),
    updatedAt: timeOf(row.updatedAt),
  };
}

function convertNamespace(row: PythonNamespace, usernames: Usernames, note: Note): Insertable<NamespacesTable> {
  const isGood = checkNamespace(row.name) === undefined;
  if (!isGood) note('namespace', row.name);
  return {
    ...row,
    description: row.description ?? '',
    createdBy: creatorOf(row.createdBy, usernames),
    isActive: isGood && row.isActive !== 0 ? 1 : 0,
    createdAt: timeOf(row.createdAt),
  };
}

function convertTopic(row: PythonTopic, usernames: Usernames, note: Note): Insertable<TopicsTable> {
  if (checkTopic(row.name) !== undefined) note('topic', row.name);
  return { ...row, createdBy: creatorOf(row.createdBy, usernames), createdAt: timeOf(row.createdAt) };
}

/** The Python package treats an unknown role as `sub`, a right that was never granted. Such a grant is left out. */
function convertGrant({ role, ...row }: PythonGrant, note: Note): Insertable<GrantsTable>[] {
  if (isRole(role)) return [{ ...row, role, grantedAt: timeOf(row.grantedAt) }];
  note('role', role);
  return [];
}

function convertAuditRow(row: PythonAuditRow, usernames: Usernames): Insertable<AuditTable> {
  return {
    ...row,
    // The Python package stores the id of a user here.
    target: usernames.get(Number(row.target)) ?? row.target,
    address: '',
    result: 'ok',
    requestId: '',
    createdAt: timeOf(row.createdAt),
  };
}

/** The Python package stores `user_7` as the creator of what user 7 created by publishing. */
function creatorOf(text: string, usernames: Usernames): string {
  const id = /^user_(\d+)$/.exec(text)?.[1];
  return (id === undefined ? undefined : usernames.get(Number(id))) ?? text;
}

/** `2026-01-31 09:30:00`, which is UTC, as ISO 8601. Any other text stays as it is. */
const timeOf = (text: string): string =>
  /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}.000Z` : text;
