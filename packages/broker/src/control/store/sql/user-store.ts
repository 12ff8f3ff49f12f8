import type { Kysely, Selectable, Updateable } from 'kysely';
import type { UserRow } from '../rows.js';
import type { UserStore } from '../store.js';
import { contains } from './contains.js';
import { orDuplicate } from './duplicate.js';
import { columnOfFlag } from './flag.js';
import { listing } from './listing.js';
import { now } from './now.js';
import type { Tables, UsersTable } from './tables.js';

const rowOf = (row: Selectable<UsersTable>): UserRow => ({
  ...row,
  isActive: row.isActive === 1,
  mustChangePassword: row.mustChangePassword === 1,
});

const columnsOf = (changes: Parameters<UserStore['update']>[1]): Updateable<UsersTable> => ({
  ...changes,
  isActive: columnOfFlag(changes.isActive),
  mustChangePassword: columnOfFlag(changes.mustChangePassword),
});

export function userStore(db: Kysely<Tables>): UserStore {
  const all = () => db.selectFrom('users').selectAll().orderBy('id');
  const find = async (column: 'id' | 'username', value: number | string) => {
    const row = await all().where(column, '=', value).executeTakeFirst();
    return row && rowOf(row);
  };
  return {
    all: async () => (await all().execute()).map(rowOf),
    list: async ({ userType, text }, page) => {
      let query = db.selectFrom('users');
      if (userType !== undefined) query = query.where('userType', '=', userType);
      if (text !== undefined) query = query.where(contains('username', text));
      const { rows, total } = await listing(query, query.selectAll().orderBy('id'), page);
      return { rows: rows.map(rowOf), total };
    },
    byId: (id) => find('id', id),
    byName: (username) => find('username', username),
    add: async (user) => {
      const at = now();
      const values = { ...user, mustChangePassword: Number(user.mustChangePassword), createdAt: at, updatedAt: at };
      return orDuplicate('user', user.username, async () =>
        rowOf(await db.insertInto('users').values(values).returningAll().executeTakeFirstOrThrow()),
      );
    },
    update: async (id, changes) =>
      orDuplicate('user', changes.username ?? '', async () => {
        const columns = { ...columnsOf(changes), updatedAt: now() };
        const row = await db.updateTable('users').set(columns).where('id', '=', id).returningAll().executeTakeFirst();
        return row && rowOf(row);
      }),
    remove: async (id) => {
      const { numDeletedRows } = await db.deleteFrom('users').where('id', '=', id).executeTakeFirstOrThrow();
      return numDeletedRows > 0n;
    },
  };
}
