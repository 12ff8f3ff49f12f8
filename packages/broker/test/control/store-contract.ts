import { describe, expect, onTestFinished, test } from 'vitest';
import { DuplicateError, type Store } from '../../src/control/store/store.js';

const everything = { limit: 1_000, offset: 0 };

const newUser = (username: string) => ({
  username,
  userType: 'mq_normal' as const,
  passwordHash: null,
  tokenHash: 'hash',
  mustChangePassword: false,
});

/** What every store does. */
export function storeContract(name: string, open: () => Promise<Store>): void {
  const opened = async (): Promise<Store> => {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  };

  describe(name, () => {
    test('numbers users from 1 and never uses a number twice', async () => {
      const { users } = await opened();
      expect((await users.add(newUser('a'))).id).toBe(1);
      expect((await users.add(newUser('b'))).id).toBe(2);
      expect(await users.remove(2)).toBe(true);
      expect(await users.remove(2)).toBe(false);
      expect((await users.add(newUser('c'))).id).toBe(3);
    });

    test('keeps what a user is, and changes only what is given', async () => {
      const { users } = await opened();
      const user = await users.add({ ...newUser('a'), mustChangePassword: true });
      expect(user).toMatchObject({ username: 'a', isActive: true, mustChangePassword: true, tokenVersion: 1 });
      const changed = await users.update(user.id, { isActive: false, tokenVersion: 2 });
      expect(changed).toMatchObject({ username: 'a', isActive: false, tokenHash: 'hash', tokenVersion: 2 });
      expect(await users.byId(user.id)).toEqual(changed);
      expect(await users.byName('a')).toEqual(changed);
      expect(await users.update(99, { isActive: true })).toBeUndefined();
    });

    test('refuses a name that is taken', async () => {
      const { users, namespaces } = await opened();
      await users.add(newUser('a'));
      await users.add(newUser('b'));
      await expect(users.add(newUser('a'))).rejects.toThrow(DuplicateError);
      await expect(users.update(2, { username: 'a' })).rejects.toThrow('user "a" exists already');
      await namespaces.add({ name: 'n', description: '', createdBy: 'a' });
      await expect(namespaces.add({ name: 'n', description: '', createdBy: 'a' })).rejects.toThrow(DuplicateError);
    });

    test('lists in pages with the total, and searches for any text as it stands', async () => {
      const { users } = await opened();
      const names = ['x_1', 'x%2', "o'neil", 'xy3'];
      for (const username of names) await users.add(newUser(username));
      const page = await users.list({}, { limit: 2, offset: 1 });
      expect([page.rows.map(({ username }) => username), page.total]).toEqual([['x%2', "o'neil"], 4]);
      const found = async (text: string) =>
        (await users.list({ text }, everything)).rows.map(({ username }) => username);
      expect(await found('X_')).toEqual(['x_1']);
      expect(await found('%')).toEqual(['x%2']);
      expect(await found("'; DROP TABLE users; --")).toEqual([]);
      expect(await found("o'")).toEqual(["o'neil"]);
    });

    test('keeps grants one for a user and namespace, and tells the role before', async () => {
      const { users, namespaces, grants } = await opened();
      await users.add(newUser('a'));
      await namespaces.add({ name: 'n', description: '', createdBy: 'a' });
      const put = (role: 'sub' | 'pub') => grants.put({ userId: 1, namespaceId: 1, role, grantedBy: 'a' });
      expect(await put('sub')).toBeNull();
      expect(await put('pub')).toBe('sub');
      expect((await grants.all()).map(({ role }) => role)).toEqual(['pub']);
      expect(await grants.remove(1, 1)).toBe('pub');
      expect(await grants.remove(1, 1)).toBeNull();
      await expect(grants.put({ userId: 9, namespaceId: 1, role: 'sub', grantedBy: 'a' })).rejects.toThrow();
    });

    test('takes topics and grants with their namespace, and grants with their user', async () => {
      const store = await opened();
      await store.users.add(newUser('a'));
      await store.users.add(newUser('b'));
      await store.namespaces.add({ name: 'n', description: '', createdBy: 'a' });
      await store.namespaces.add({ name: 'm', description: '', createdBy: 'a' });
      await store.topics.addAll([{ namespaceId: 1, name: 't', createdBy: 'a' }]);
      for (const userId of [1, 2]) {
        for (const namespaceId of [1, 2]) await store.grants.put({ userId, namespaceId, role: 'sub', grantedBy: 'a' });
      }
      await store.namespaces.remove(1);
      await store.users.remove(2);
      expect(await store.topics.all()).toEqual([]);
      expect((await store.grants.all()).map(({ userId, namespaceId }) => [userId, namespaceId])).toEqual([[1, 2]]);
    });

    test('adds the topics that are new, ten thousand at once', async () => {
      const { users, namespaces, topics } = await opened();
      await users.add(newUser('a'));
      await namespaces.add({ name: 'n', description: '', createdBy: 'a' });
      const names = Array.from({ length: 10_000 }, (_, index) => `t${index}`);
      const rows = names.map((name) => ({ namespaceId: 1, name, createdBy: 'a' }));
      expect(await topics.addAll(rows.slice(0, 3))).toHaveLength(3);
      expect(await topics.addAll(rows)).toHaveLength(9_997);
      expect(await topics.addAll(rows)).toHaveLength(0);
      expect((await topics.countByNamespace()).get(1)).toBe(10_000);
      const { rows: page, total } = await topics.list({ namespaceIds: [1], text: 't99' }, { limit: 2, offset: 0 });
      expect([page.map(({ name }) => name), total]).toEqual([['t99', 't990'], 111]);
    });

    test('keeps audit rows, newest first, and finds them', async () => {
      const { audit } = await opened();
      const entry = {
        opType: 'grant',
        targetType: 'user',
        operator: 'admin',
        address: '127.0.0.1',
        target: 'a',
        namespace: null,
        oldValue: null,
        newValue: '"sub"',
        result: 'ok',
        requestId: '1',
      };
      await audit.add(entry);
      await audit.add({ ...entry, opType: 'revoke', operator: 'other' });
      expect((await audit.list({}, everything)).rows.map(({ opType }) => opType)).toEqual(['revoke', 'grant']);
      expect((await audit.list({ operator: 'admin' }, everything)).rows[0]).toMatchObject(entry);
      expect((await audit.list({ from: '2999' }, everything)).total).toBe(0);
    });

    test('does all of a transaction or nothing', async () => {
      const store = await opened();
      const failing = store.transaction(async (inner) => {
        await inner.users.add(newUser('a'));
        throw new Error('no');
      });
      await expect(failing).rejects.toThrow('no');
      expect(await store.users.all()).toEqual([]);
    });

    test('keeps settings and ended log-ins', async () => {
      const { settings, revokedTokens } = await opened();
      expect(await settings.get('k')).toBeUndefined();
      await settings.put('k', '1');
      await settings.put('k', '2');
      expect(await settings.get('k')).toBe('2');
      await revokedTokens.add('old', 10);
      await revokedTokens.add('new', 30);
      expect(await revokedTokens.all(20)).toEqual(['new']);
      await revokedTokens.removeExpired(40);
      expect(await revokedTokens.all(0)).toEqual([]);
    });
  });
}
