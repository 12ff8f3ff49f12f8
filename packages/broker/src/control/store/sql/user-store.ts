import type { Kysely, Selectable, Updateable } from 'kysely';
import type { UserRow } from '../rows.js';
import type { UserStore } from '../store.js';
import { contains } from './contains.js';
import { orDuplicate } from './duplicate.js';
import { now } from './now.js';
import type { Tables, UsersTable } from './tables.js';

const rowOf = (row: Selectable<UsersTable>): UserRow => ({
  id: row.id,
  username: row.username,
  userType: row.user_type,
  passwordHash: row.password_hash,
  tokenHash: row.token_hash,
  isActive: row.is_active === 1,
  mustChangePassword: row.must_change_password === 1,
  tokenVersion: row.token_version,
  createdAt: row.created_at,
  updatedAt: row.updated_at,
});

type Changes = Parameters<UserStore['update']>[1];

const columnsOf = (changes: Changes): Updateable<UsersTable> => ({
  ...(changes.username !== undefined && { username: changes.username }),
  ...(changes.userType !== undefined && { user_type: changes.userType }),
  ...(changes.passwordHash !== undefined && { password_hash: changes.passwordHash }),
  ...(changes.tokenHash !== undefined && { token_hash: changes.tokenHash }),
  ...(changes.isActive !== undefined && { is_active: Number(changes.isActive) }),
  ...(changes.mustChangePassword !== undefined && { must_change_password: Number(changes.mustChangePassword) }),
  ...(changes.tokenVersion !== undefined && { token_version: changes.tokenVersion }),
});

export function userStore(db: Kysely<Tables>): UserStore {
  return {
    all: async () => (await db.selectFrom('users').selectAll().orderBy('id').execute()).map(rowOf),
    list: async ({ userType, text }, { limit, offset }) => {
      let query = db.selectFrom('users');
      if (userType !== undefined) query = query.where('user_type', '=', userType);
      if (text !== undefined) query = query.where(contains('username', text));
      const rows = await query.selectAll().orderBy('id').limit(limit).offset(offset).execute();
      const { total } = await query.select((e) => e.fn.countAll<number>().as('total')).executeTakeFirstOrThrow();
      return { rows: rows.map(rowOf), total };
    },
    byId: async (id) => {
      const row = await db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst();
      return row && rowOf(row);
    },
    byName: async (username) => {
      const row = await db.selectFrom('users').selectAll().where('username', '=', username).executeTakeFirst();
      return row && rowOf(row);
    },
    add: async (user) => {
      const at = now();
      const values = {
        username: user.username,
        user_type: user.userType,
        password_hash: user.passwordHash,
        token_hash: user.tokenHash,
        must_change_password: Number(user.mustChangePassword),
        created_at: at,
        updated_at: at,
      };
      return orDuplicate('user', user.username, async () =>
        rowOf(await db.insertInto('users').values(values).returningAll().executeTakeFirstOrThrow()),
      );
    },
    update: async (id, changes) =>
      orDuplicate('user', changes.username ?? '', async () => {
        const columns = { ...columnsOf(changes), updated_at: now() };
        const row = await db.updateTable('users').set(columns).where('id', '=', id).returningAll().executeTakeFirst();
        return row && rowOf(row);
      }),
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('users').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
