import { hashSync } from '@node-rs/argon2';
import bcrypt from 'bcryptjs';
import { expect, onTestFinished, test } from 'vitest';
// The built ones: their thread is a file that Node loads by itself.
import { LogIns } from '../../dist/control/admin/log-in/log-ins.js';
import { LoginTokens } from '../../dist/control/auth/login-tokens.js';
import { PasswordQueueFullError, Passwords } from '../../dist/control/auth/passwords.js';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { recordedThreads } from '../trust/recorded-threads.js';
import { temporaryFolder } from './running-server.js';

const queueLimitCount = 64;

/** Takes the thread next to no time: a hash says itself what it takes. */
const quickHash = hashSync('right', { memoryCost: 8, timeCost: 1, parallelism: 1 });

function started(): Passwords {
  const passwords = new Passwords();
  onTestFinished(() => passwords.close());
  return passwords;
}

/** As many jobs as may wait, and when they are done. */
const fill = (passwords: Passwords): Promise<unknown> =>
  Promise.all(Array.from({ length: queueLimitCount }, () => passwords.verify('right', quickHash)));

test('a hash is argon2id with a salt of its own, and only its password matches', async () => {
  const passwords = started();
  const [first, second] = await Promise.all([passwords.hash('pässwörd'), passwords.hash('pässwörd')]);
  expect(first).toMatch(/^\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[^$]+\$[^$]+$/);
  expect(second).not.toBe(first);
  expect(await passwords.verify('pässwörd', first)).toBe(true);
  const verdicts = ['Right', '', 'right '].map((password) => passwords.verify(password, quickHash));
  expect(await Promise.all(verdicts)).toEqual([false, false, false]);
});

test('hashes of the Python package are verified, and a hash that is none is an error', async () => {
  const passwords = started();
  const hash = bcrypt.hashSync('right', 4);
  expect(await passwords.verify('right', hash)).toBe(true);
  expect(await passwords.verify('wrong', hash)).toBe(false);
  await expect(passwords.verify('right', 'no hash')).rejects.toThrow();
  expect(await passwords.verify('right', quickHash)).toBe(true);
});

test('defect 39: the event loop turns while passwords are hashed', async () => {
  const passwords = started();
  await passwords.verify('right', quickHash);
  let turnCount = 0;
  let isHashing = true;
  const hashed = Promise.all([passwords.hash('a'), passwords.hash('b'), passwords.hash('c')]).finally(() => {
    isHashing = false;
  });
  while (isHashing) {
    await new Promise((resolve) => setImmediate(resolve));
    turnCount++;
  }
  await hashed;
  // On the loop itself it would be one turn for each.
  expect(turnCount).toBeGreaterThan(30);
});

test('what waits is bounded, and one more is refused until there is room', async () => {
  const passwords = started();
  const waiting = fill(passwords);
  await expect(passwords.hash('one more')).rejects.toThrow(PasswordQueueFullError);
  await expect(passwords.verify('right', quickHash)).rejects.toThrow(
    '64 passwords are waiting to be checked, the limit',
  );
  expect(await waiting).toEqual(Array(queueLimitCount).fill(true));
  expect(await passwords.verify('right', quickHash)).toBe(true);
});

test('what waits at the end is refused', async () => {
  const passwords = new Passwords();
  const waiting = passwords.hash('a');
  const refused = expect(waiting).rejects.toThrow('the broker is shutting down');
  await passwords.close();
  await refused;
});

test('a full queue fails the log-ins it meets and no later one', async () => {
  const store = await openSqlite(`${temporaryFolder()}/pulsemq.db`);
  onTestFinished(() => store.close());
  const user = { username: 'admin', userType: 'super_admin', tokenHash: null, mustChangePassword: false } as const;
  const passwords = started();
  await store.users.add({ ...user, passwordHash: quickHash });
  const logIns = new LogIns(store, passwords, new LoginTokens('x'.repeat(32), 60));
  const waiting = fill(passwords);
  await expect(logIns.checkPassword('admin', 'right')).rejects.toThrow(PasswordQueueFullError);
  await expect(logIns.checkPassword('nobody', 'right')).rejects.toThrow(PasswordQueueFullError);
  await waiting;
  await expect(logIns.checkPassword('nobody', 'right')).rejects.toThrow('unknown username or wrong password');
  expect(await logIns.checkPassword('admin', 'right')).toMatchObject({ id: 1 });
});

test('fault T24: when the thread of the passwords ends it is started again, with the job it had, and the log has a line', async () => {
  const threads = recordedThreads();
  const lines: string[] = [];
  const passwords = new Passwords((line) => lines.push(line));
  onTestFinished(() => passwords.close());
  expect(await passwords.verify('right', quickHash)).toBe(true);
  // Between two jobs, and in the middle of some.
  await threads[0]!.terminate();
  const waiting = fill(passwords);
  await threads[1]!.terminate();
  expect(await waiting).toEqual(Array(queueLimitCount).fill(true));
  expect(await passwords.verify('wrong', quickHash)).toBe(false);
  expect(threads).toHaveLength(3);
  const line = /^the thread that checks passwords ended with code [01]; the next password starts it again$/;
  expect(lines).toEqual([expect.stringMatching(line), expect.stringMatching(line)]);
});
