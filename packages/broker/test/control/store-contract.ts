import { describe, expect, onTestFinished, test } from 'vitest';
import { DuplicateError, type Store } from '../../dist/control/store/store.js';
import type { SystemStatsRow, TopicStatsRow, UserStatsRow } from '../../src/control/store/stats-rows.js';

type Open = () => Promise<Store>;

const everything = { limit: 1_000, offset: 0 };
const isoTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** Text that ends a string, a statement or a pattern where somebody pastes it into SQL. */
const hostileTexts = ["' OR '1'='1", "'; DROP TABLE users; --", '"', '%', '_', '\\', '`', 'x\ny', '<b>ü€𝄞</b>'];

const newUser = (username: string) => ({
  username,
  userType: 'mq_normal' as const,
  passwordHash: null,
  tokenHash: 'hash',
  mustChangePassword: false,
});

const newNamespace = (name: string) => ({ name, description: '', createdBy: 'a' });

const newTopics = (namespaceId: number, ...names: string[]) =>
  names.map((name) => ({ namespaceId, name, createdBy: 'a' }));

const newEntry = {
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

/** What every store does. `open` gives one with nothing in it. */
export function storeContract(name: string, open: Open): void {
  const opened: Open = async () => {
    const store = await open();
    onTestFinished(() => store.close());
    return store;
  };
  describe(name, () => {
    describe('users', () => usersContract(opened));
    describe('keys of users', () => userKeysContract(opened));
    describe('namespaces', () => namespacesContract(opened));
    describe('topics', () => topicsContract(opened));
    describe('grants', () => grantsContract(opened));
    describe('audit rows', () => auditContract(opened));
    describe('settings and ended log-ins', () => keptContract(opened));
    describe('alert rules and webhooks', () => alertsContract(opened));
    describe('statistics', () => statisticsContract(opened));
    describe('transactions', () => transactionsContract(opened));
  });
}

function userKeysContract(opened: Open): void {
  test('are listed by user, belong to one user, and go with it', async () => {
    const { users, userKeys } = await opened();
    const [a, b] = [await users.add(newUser('a')), await users.add(newUser('b'))];
    const name = hostileTexts.join('');
    const added = await userKeys.add({ userId: a.id, key: 'curve:1', name, createdBy: 'admin' });
    expect(added).toMatchObject({ id: 1, userId: a.id, key: 'curve:1', name, createdBy: 'admin' });
    expect(added.createdAt).toMatch(isoTime);
    const taken = userKeys.add({ userId: b.id, key: 'curve:1', name: '', createdBy: 'admin' });
    await expect(taken).rejects.toThrow(DuplicateError);
    const other = await userKeys.add({ userId: b.id, key: 'tls:1', name: '', createdBy: 'admin' });
    expect(await userKeys.ofUser(a.id)).toEqual([added]);
    expect(await userKeys.all()).toEqual([added, other]);
    expect([await userKeys.remove(added.id), await userKeys.remove(added.id)]).toEqual([true, false]);
    await users.remove(b.id);
    expect(await userKeys.all()).toEqual([]);
  });
}

function alertsContract(opened: Open): void {
  test('rules are given back as they were stored, only what is given changes, and no number is used twice', async () => {
    const { alertRules } = await opened();
    const rule = { kind: 'topic_stale' as const, namespace: 'n', pattern: 'a.*', threshold: 1.5, forSeconds: 5 };
    const added = await alertRules.add({ ...rule, name: hostileTexts.join(''), isEnabled: true });
    expect(added).toEqual({ ...rule, id: 1, name: hostileTexts.join(''), isEnabled: true });
    const changed = await alertRules.update(1, { namespace: null, isEnabled: false });
    expect(changed).toEqual({ ...added, namespace: null, isEnabled: false });
    expect([await alertRules.update(1, {}), await alertRules.update(9, { name: 'x' })]).toEqual([changed, undefined]);
    expect(await alertRules.all()).toEqual([changed]);
    expect([await alertRules.remove(1), await alertRules.remove(1)]).toEqual([true, false]);
    expect((await alertRules.add({ ...rule, name: 'x', isEnabled: true })).id).toBe(2);
  });

  test('webhooks keep their secrets', async () => {
    const { webhooks } = await opened();
    const added = await webhooks.add({ name: 'n', url: 'http://x/', secret: 'secret', isEnabled: true });
    expect(added).toEqual({ id: 1, name: 'n', url: 'http://x/', secret: 'secret', isEnabled: true });
    const changed = await webhooks.update(1, { url: 'http://y/', isEnabled: false });
    expect(changed).toEqual({ ...added, url: 'http://y/', isEnabled: false });
    expect([await webhooks.update(1, {}), await webhooks.update(9, { name: 'x' })]).toEqual([changed, undefined]);
    expect(await webhooks.all()).toEqual([changed]);
    expect([await webhooks.remove(1), await webhooks.remove(1), await webhooks.all()]).toEqual([true, false, []]);
  });
}

function usersContract(opened: Open): void {
  test('are numbered from 1, and no number is used twice', async () => {
    const { users } = await opened();
    expect((await users.add(newUser('a'))).id).toBe(1);
    expect((await users.add(newUser('b'))).id).toBe(2);
    expect(await users.remove(2)).toBe(true);
    expect(await users.remove(2)).toBe(false);
    expect((await users.add(newUser('c'))).id).toBe(3);
    expect((await users.all()).map(({ id }) => id)).toEqual([1, 3]);
  });

  test('are given back as they were stored, and only what is given changes', async () => {
    const { users } = await opened();
    const user = await users.add({ ...newUser('a'), passwordHash: 'p', mustChangePassword: true });
    expect(user).toEqual({
      id: 1,
      username: 'a',
      userType: 'mq_normal',
      passwordHash: 'p',
      tokenHash: 'hash',
      isActive: true,
      mustChangePassword: true,
      tokenVersion: 1,
      createdAt: expect.stringMatching(isoTime),
      updatedAt: user.createdAt,
    });
    const changed = await users.update(1, { isActive: false, tokenVersion: 2, passwordHash: null });
    const updatedAt = expect.stringMatching(isoTime);
    expect(changed).toEqual({ ...user, isActive: false, tokenVersion: 2, passwordHash: null, updatedAt });
    expect(await users.byId(1)).toEqual(changed);
    expect(await users.byName('a')).toEqual(changed);
    const renamed = await users.update(1, { username: 'b', userType: 'super_admin', mustChangePassword: false });
    expect(renamed).toMatchObject({ username: 'b', userType: 'super_admin', mustChangePassword: false });
    expect([await users.byName('a'), await users.byId(99), await users.update(99, { isActive: true })]).toEqual(
      Array(3).fill(undefined),
    );
  });

  test('have names of their own; letters of another case make another name', async () => {
    const { users } = await opened();
    await users.add(newUser('a'));
    await users.add(newUser('A'));
    await expect(users.add(newUser('a'))).rejects.toThrow(new DuplicateError('user', 'a'));
    await expect(users.update(2, { username: 'a' })).rejects.toThrow('user "a" exists already');
    expect((await users.all()).map(({ username }) => username)).toEqual(['a', 'A']);
    expect((await users.add(newUser('b'))).id).toBeGreaterThan(2);
  });

  test('are listed in pages, by type and by any text as it stands, with the total', async () => {
    const { users } = await opened();
    const names = ['x_1', 'x%2', "o'neil", 'xy3'];
    for (const username of names) await users.add(newUser(username));
    await users.update(4, { userType: 'mq_super' });
    const found = async (filter: Parameters<typeof users.list>[0], limit = 10, offset = 0) => {
      const { rows, total } = await users.list(filter, { limit, offset });
      return [rows.map(({ username }) => username), total];
    };
    expect(await found({}, 2, 1)).toEqual([['x%2', "o'neil"], 4]);
    expect(await found({}, 2, 9)).toEqual([[], 4]);
    expect(await found({ userType: 'mq_super' })).toEqual([['xy3'], 1]);
    expect(await found({ userType: 'mq_normal', text: 'x' }, 1)).toEqual([['x_1'], 2]);
    expect(await found({ text: 'X_' })).toEqual([['x_1'], 1]);
    expect(await found({ text: '%' })).toEqual([['x%2'], 1]);
    expect(await found({ text: "o'" })).toEqual([["o'neil"], 1]);
  });

  test.each(hostileTexts)('are safe from %j', async (text) => {
    const { users } = await opened();
    await users.add(newUser('a'));
    expect(await users.byName(text)).toBeUndefined();
    expect((await users.list({ text }, everything)).total).toBe(0);
    expect((await users.add(newUser(text))).username).toBe(text);
    expect(await users.byName(text)).toMatchObject({ id: 2, username: text });
    expect((await users.list({ text }, everything)).rows.map(({ id }) => id)).toEqual([2]);
    expect(await users.update(1, { tokenHash: text })).toMatchObject({ username: 'a', tokenHash: text });
    expect(await users.all()).toHaveLength(2);
  });
}

function namespacesContract(opened: Open): void {
  test('are numbered from 1, named once, and keep what they are', async () => {
    const { namespaces } = await opened();
    const description = hostileTexts.join('');
    const made = await namespaces.add({ name: 'n', description, createdBy: 'admin', keepLastValue: true });
    expect(made).toEqual({
      ...{
        id: 1,
        name: 'n',
        description,
        createdBy: 'admin',
        isActive: true,
        keepLastValue: true,
        history: false,
        freshness: null,
        bars: null,
      },
      createdAt: expect.stringMatching(isoTime),
    });
    await expect(namespaces.add(newNamespace('n'))).rejects.toThrow(new DuplicateError('namespace', 'n'));
    const changed = await namespaces.update(1, { isActive: false, keepLastValue: false });
    expect(changed).toEqual({ ...made, isActive: false, keepLastValue: false });
    expect(await namespaces.update(1, {})).toEqual(changed);
    expect(await namespaces.byName('n')).toEqual(changed);
    expect([await namespaces.update(9, { description }), await namespaces.byName('N')]).toEqual([undefined, undefined]);
    expect([await namespaces.remove(1), await namespaces.remove(1)]).toEqual([true, false]);
    expect((await namespaces.add(newNamespace('n'))).id).toBeGreaterThan(1);
  });

  test('keep their freshness rules as they were given', async () => {
    const { namespaces } = await opened();
    const range = ['09:30', '11:30'] as const;
    const cn = { time_zone: 'UTC', weekdays: ['mon' as const], ranges: [range], holidays: ['2026-10-01'] };
    const rules = hostileTexts.map((pattern) => ({ pattern, max_age_ms: 100, calendar: 'cn' }));
    const freshness = { rules, calendars: { cn } };
    expect((await namespaces.add({ ...newNamespace('n'), freshness })).freshness).toEqual(freshness);
    expect((await namespaces.update(1, { isActive: false }))?.freshness).toEqual(freshness);
    expect((await namespaces.all()).map((one) => one.freshness)).toEqual([freshness]);
    expect((await namespaces.update(1, { freshness: null }))?.freshness).toBeNull();
    expect((await namespaces.byId(1))?.freshness).toBeNull();
  });

  test('keep their bar rules as they were given', async () => {
    const { namespaces } = await opened();
    const rule = { interval: '1m', calendar: null, zone: null, size: null, time: null, grace_ms: 0, update_ms: null };
    const rules = hostileTexts.map((text) => ({ ...rule, source: text, target: text, price: text }));
    const bars = { rules, calendars: {} };
    expect((await namespaces.add({ ...newNamespace('n'), bars })).bars).toEqual(bars);
    expect((await namespaces.update(1, { isActive: false }))?.bars).toEqual(bars);
    expect((await namespaces.all()).map((one) => one.bars)).toEqual([bars]);
    expect((await namespaces.update(1, { bars: null }))?.bars).toBeNull();
  });

  test('are listed in pages with the total', async () => {
    const { namespaces } = await opened();
    for (const name of ['a_1', 'a12', 'b']) await namespaces.add(newNamespace(name));
    const { rows, total } = await namespaces.list({ text: 'A' }, { limit: 1, offset: 1 });
    expect([rows.map(({ name }) => name), total]).toEqual([['a12'], 2]);
    expect((await namespaces.list({ text: 'a_' }, everything)).total).toBe(1);
    expect((await namespaces.list({}, everything)).rows).toEqual(await namespaces.all());
  });

  test('take their topics and grants with them', async () => {
    const store = await opened();
    await store.users.add(newUser('a'));
    for (const name of ['n', 'm']) await store.namespaces.add(newNamespace(name));
    for (const id of [1, 2]) {
      await store.topics.addAll(newTopics(id, 't'));
      await store.grants.put({ userId: 1, namespaceId: id, role: 'sub', grantedBy: 'a' });
    }
    await store.namespaces.remove(1);
    expect((await store.topics.all()).map(({ namespaceId }) => namespaceId)).toEqual([2]);
    expect((await store.grants.all()).map(({ namespaceId }) => namespaceId)).toEqual([2]);
  });
}

function topicsContract(opened: Open): void {
  const withNamespaces = async (): Promise<Store> => {
    const store = await opened();
    for (const name of ['n', 'm']) await store.namespaces.add(newNamespace(name));
    return store;
  };

  test('are added when they are new, ten thousand at once', async () => {
    const { topics } = await withNamespaces();
    const rows = newTopics(1, ...Array.from({ length: 10_000 }, (_, index) => `t${index}`));
    expect(await topics.addAll([])).toEqual([]);
    expect(await topics.addAll(rows.slice(0, 3))).toHaveLength(3);
    expect(await topics.addAll(rows)).toHaveLength(9_997);
    expect(await topics.addAll(rows)).toHaveLength(0);
    expect(await topics.countByNamespace()).toEqual(new Map([[1, 10_000]]));
    const { rows: page, total } = await topics.list({ namespaceIds: [1], text: 't99' }, { limit: 2, offset: 0 });
    expect([page.map(({ name }) => name), total]).toEqual([['t99', 't990'], 111]);
  });

  test('belong to one namespace, and are listed by name', async () => {
    const { topics } = await withNamespaces();
    const added = await topics.addAll([...newTopics(1, 'b', 'a'), ...newTopics(2, 'a')]);
    expect(added[0]).toEqual({ ...added[0]!, id: 1, namespaceId: 1, name: 'b', createdBy: 'a' });
    const listed = async (filter: Parameters<typeof topics.list>[0]) =>
      (await topics.list(filter, everything)).rows.map(({ namespaceId, name }) => `${namespaceId}${name}`);
    expect(await listed({})).toEqual(['1a', '2a', '1b']);
    expect(await listed({ namespaceIds: [1] })).toEqual(['1a', '1b']);
    expect(await listed({ namespaceIds: [1, 2], text: 'B' })).toEqual(['1b']);
    expect(await listed({ namespaceIds: [] })).toEqual([]);
    expect(await topics.byId(1)).toEqual(added[0]);
    const named = await topics.byNames(1, ['a', 'b', 'c']);
    expect(named.map(({ id }) => id).sort()).toEqual([1, 2]);
    expect(await topics.byNames(2, [])).toEqual([]);
    expect([await topics.remove(1), await topics.remove(1), await topics.byId(1)]).toEqual([true, false, undefined]);
    expect((await topics.addAll(newTopics(1, 'b')))[0]?.id).toBeGreaterThan(3);
    await expect(topics.addAll(newTopics(99, 'a'))).rejects.toThrow();
  });
}

function grantsContract(opened: Open): void {
  test('are one for a user and namespace, tell the role before, and go with their user', async () => {
    const { users, namespaces, grants } = await opened();
    for (const name of ['a', 'b']) await users.add(newUser(name));
    for (const name of ['n', 'm']) await namespaces.add(newNamespace(name));
    const put = (userId: number, namespaceId: number, role: 'sub' | 'pub', grantedBy = 'admin') =>
      grants.put({ userId, namespaceId, role, grantedBy });
    expect(await put(1, 1, 'sub')).toBeNull();
    expect(await put(1, 1, 'pub', 'other')).toBe('sub');
    await put(1, 2, 'sub');
    await put(2, 1, 'sub');
    expect(await grants.ofUser(1)).toMatchObject([
      { userId: 1, namespaceId: 1, role: 'pub', grantedBy: 'other', grantedAt: expect.stringMatching(isoTime) },
      { userId: 1, namespaceId: 2, role: 'sub', grantedBy: 'admin' },
    ]);
    const listed = async (...[filter, page]: Parameters<typeof grants.list>) => {
      const { rows, total } = await grants.list(filter, page);
      return [total, ...rows.map(({ userId, namespaceId }) => `${userId} ${namespaceId}`)];
    };
    const page = { limit: 10, offset: 0 };
    expect(await listed({}, page)).toEqual([3, '1 1', '1 2', '2 1']);
    expect(await listed({}, { limit: 1, offset: 1 })).toEqual([3, '1 2']);
    expect(await listed({ namespaceIds: [1] }, page)).toEqual([2, '1 1', '2 1']);
    expect(await listed({ namespaceIds: [1, 2], userId: 1 }, page)).toEqual([2, '1 1', '1 2']);
    expect(await listed({ namespaceIds: [] }, page)).toEqual([0]);
    expect([...(await grants.countByNamespace())]).toEqual([
      [1, 2],
      [2, 1],
    ]);
    expect([await grants.remove(1, 1), await grants.remove(1, 1)]).toEqual(['pub', null]);
    await users.remove(1);
    expect((await grants.all()).map(({ userId, namespaceId }) => [userId, namespaceId])).toEqual([[2, 1]]);
    for (const [userId, namespaceId] of [
      [9, 1],
      [2, 9],
    ] as const)
      await expect(put(userId, namespaceId, 'sub')).rejects.toThrow();
    expect(await grants.all()).toHaveLength(1);
  });
}

function auditContract(opened: Open): void {
  test('are kept, newest first, and found by whole values and times', async () => {
    const { audit } = await opened();
    await audit.add(newEntry);
    await audit.add({ ...newEntry, opType: 'revoke', operator: 'other', namespace: 'n', target: 'b', result: 'X' });
    const { rows, total } = await audit.list({}, everything);
    expect([rows.map(({ id, opType }) => `${id} ${opType}`), total]).toEqual([['2 revoke', '1 grant'], 2]);
    expect(rows[1]).toEqual({ ...newEntry, id: 1, createdAt: expect.stringMatching(isoTime) });
    const ids = async (filter: Parameters<typeof audit.list>[0]) =>
      (await audit.list(filter, everything)).rows.map(({ id }) => id);
    const { createdAt: from } = rows[1]!;
    const { createdAt: to } = rows[0]!;
    expect(await ids({ from, to })).toEqual([2, 1]);
    expect([await ids({ from: '2999' }), await ids({ to: '2000' })]).toEqual([[], []]);
    expect([await ids({ opType: 'grant' }), await ids({ operator: 'other' })]).toEqual([[1], [2]]);
    expect([await ids({ namespace: 'n' }), await ids({ target: 'a' })]).toEqual([[2], [1]]);
    expect([await ids({ result: 'ok', opType: 'revoke' }), await ids({ result: 'X' })]).toEqual([[], [2]]);
    const page = await audit.list({}, { limit: 1, offset: 1 });
    expect([page.rows.map(({ id }) => id), page.total]).toEqual([[1], 2]);
  });

  test('are removed by their time, the oldest first, at most a thousand at once', async () => {
    const { audit, transaction } = await opened();
    const timeOf = (index: number): string => new Date(index * 1_000).toISOString();
    await transaction(async (inner) => {
      for (let index = 0; index < 1_003; index++) await inner.audit.add({ ...newEntry, createdAt: timeOf(index) });
    });
    expect(await audit.removeOldest(timeOf(1_002))).toBe(1_000);
    expect((await audit.list({}, everything)).rows.map(({ id }) => id)).toEqual([1_003, 1_002, 1_001]);
    expect([await audit.removeOldest(timeOf(1_002)), await audit.removeOldest(timeOf(1_002))]).toEqual([2, 0]);
    expect((await audit.list({}, everything)).rows.map(({ id }) => id)).toEqual([1_003]);
  });

  test.each(hostileTexts)('are safe from %j', async (text) => {
    const { audit } = await opened();
    await audit.add(newEntry);
    await audit.add({ ...newEntry, operator: text, target: text, namespace: text, newValue: text });
    const { rows } = await audit.list({ operator: text, target: text, namespace: text }, everything);
    expect(rows).toMatchObject([{ id: 2, operator: text, target: text, newValue: text }]);
  });
}

function keptContract(opened: Open): void {
  test('keep the last value, and forget what is over', async () => {
    const { settings, revokedTokens } = await opened();
    expect(await settings.get('k')).toBeUndefined();
    await settings.put('k', '1');
    await settings.put('k', '2');
    expect(await settings.get('k')).toBe('2');
    for (const [id, expiresAt] of [
      ['old', 10],
      ['new', 30],
      ['new', 30],
    ] as const) {
      await revokedTokens.add(id, expiresAt);
    }
    expect([await revokedTokens.all(20), await revokedTokens.all(10)]).toEqual([['new'], ['new']]);
    await revokedTokens.removeExpired(10);
    expect(await revokedTokens.all(0)).toEqual(['new']);
    await revokedTokens.removeExpired(40);
    expect(await revokedTokens.all(0)).toEqual([]);
  });
}

const systemRow = (ts: number, msgCount: number): SystemStatsRow => ({
  ts,
  msgCount,
  byteCount: 2 ** 40,
  deliveredCount: 3,
  deliveredBytes: 4,
  droppedCount: 5,
  connections: 6,
  onlineUsers: 7,
  authTotal: 8,
  authFail: 9,
  permDenied: 10,
  publisherDelays: '5 4 1:1 4:1',
  brokerDelays: null,
  engineLoopLagMs: 0.5,
  memoryMb: 80,
});

const topicRow = (topicId: number, ts: number): TopicStatsRow => ({
  topicId,
  ts,
  msgCount: 1,
  byteCount: 2,
  matchedCount: 3,
  droppedCount: 4,
  subscriberCount: 5,
  aheadCount: 6,
  publisherDelays: null,
  brokerDelays: '93 17 4:20 8:1',
});

const userRow = (userId: number, ts: number): UserStatsRow => ({
  userId,
  ts,
  pubCount: 1,
  pubBytes: 2,
  subCount: 3,
  subBytes: 4,
  droppedCount: 5,
  errorCount: 6,
  onlineMinutes: 1,
});

function statisticsContract(opened: Open): void {
  test('are given back as they were written, by time and by topic, and written again are replaced', async () => {
    const { stats } = await opened();
    expect(await stats.lastHour(7_200)).toBeUndefined();
    expect(await stats.at('minute', 60)).toEqual({ system: [], topics: [], users: [] });
    const rows = { system: [systemRow(60, 1)], topics: [topicRow(1, 60), topicRow(2, 60)], users: [userRow(1, 60)] };
    await stats.put('minute', rows);
    await stats.put('minute', { system: [systemRow(120, 1)], topics: [topicRow(2, 120)], users: [] });
    await stats.put('hour', {
      system: [systemRow(3_600, 9)],
      topics: [topicRow(2, 3_600)],
      users: [userRow(1, 3_600)],
    });
    expect(await stats.at('minute', 60)).toEqual(rows);
    await stats.put('minute', { system: [systemRow(60, 2)], topics: [], users: [] });
    expect(await stats.system('minute', 60)).toEqual([systemRow(60, 2), systemRow(120, 1)]);
    expect(await stats.system('minute', 61)).toEqual([systemRow(120, 1)]);
    expect(await stats.topic('minute', 2, 0)).toEqual([topicRow(2, 60), topicRow(2, 120)]);
    expect(await stats.topic('minute', 2, 120)).toEqual([topicRow(2, 120)]);
    expect(await stats.topic('hour', 2, 0)).toEqual([topicRow(2, 3_600)]);
    expect([await stats.lastHour(3_601), await stats.lastHour(3_600)]).toEqual([3_600, undefined]);
    expect(await stats.topic('hour', 1, 0)).toEqual([]);
  });

  test('of ten thousand topics are written at once', async () => {
    const { stats } = await opened();
    const topics = Array.from({ length: 10_000 }, (_, index) => topicRow(index + 1, 60));
    const users = Array.from({ length: 1_500 }, (_, index) => userRow(index + 1, 60));
    await stats.put('minute', { system: [], topics, users });
    expect(await stats.at('minute', 60)).toEqual({ system: [], topics, users });
  });

  test('are removed oldest first, up to a time, of one span alone', async () => {
    const { stats } = await opened();
    for (const ts of [0, 60, 120]) {
      await stats.put('minute', { system: [systemRow(ts, 1)], topics: [topicRow(1, ts)], users: [userRow(1, ts)] });
      await stats.put('hour', { system: [systemRow(ts, 1)], topics: [], users: [] });
    }
    expect(await stats.removeOldest('minute', 120)).toBe(3);
    expect((await stats.system('minute', 0)).map(({ ts }) => ts)).toEqual([60, 120]);
    expect(await stats.removeOldest('minute', 120)).toBe(3);
    expect(await stats.removeOldest('minute', 120)).toBe(0);
    expect((await stats.topic('minute', 1, 0)).map(({ ts }) => ts)).toEqual([120]);
    expect(await stats.system('hour', 0)).toHaveLength(3);
  });
}

function transactionsContract(opened: Open): void {
  test('happen as a whole or not at all', async () => {
    const store = await opened();
    const failing = store.transaction(async (inner) => {
      await inner.users.add(newUser('a'));
      await inner.namespaces.add(newNamespace('n'));
      expect(await inner.users.all()).toHaveLength(1);
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect([await store.users.all(), await store.namespaces.all()]).toEqual([[], []]);
    expect(await store.transaction(async ({ users }) => (await users.add(newUser('a'))).username)).toBe('a');
    expect(await store.users.byName('a')).toBeDefined();
  });

  test('do not take what happens beside them along', async () => {
    const store = await opened();
    const beside: Promise<unknown>[] = [];
    const failing = store.transaction(async (inner) => {
      beside.push(store.users.add(newUser('beside')));
      await inner.users.add(newUser('inside'));
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    await Promise.all(beside);
    expect((await store.users.all()).map(({ username }) => username)).toEqual(['beside']);
  });
}
