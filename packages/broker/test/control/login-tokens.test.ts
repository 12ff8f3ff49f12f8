import { randomBytes } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, SignJWT, UnsecuredJWT } from 'jose';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { jwtSecret } from '../../src/control/auth/jwt-secret.js';
import { LoginTokens } from '../../src/control/auth/login-tokens.js';
import type { UserRow } from '../../src/control/store/rows.js';
import { RunningServer, temporaryFolder } from './running-server.js';

const secret = 'x'.repeat(32);
const key = (text: string): Uint8Array => new TextEncoder().encode(text);
const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

const user: UserRow = {
  id: 1,
  username: 'a',
  userType: 'super_admin',
  passwordHash: 'p',
  tokenHash: 't',
  tokenVersion: 3,
  isActive: true,
  mustChangePassword: false,
  createdAt: '',
  updatedAt: '',
};

/** What a good token says. */
const claims = {
  user_id: 1,
  username: 'admin',
  user_type: 'super_admin',
  ver: 1,
  jti: '1',
  iss: 'pulsemq',
  aud: 'pulsemq-admin',
};

/** A token somebody made: `more` changes or, with undefined, takes away claims. */
const forged = (more: Record<string, unknown> = {}, by: string | Uint8Array = secret, alg = 'HS256') =>
  new SignJWT({ ...claims, exp: nowSeconds() + 3_600, ...more })
    .setProtectedHeader({ alg })
    .sign(typeof by === 'string' ? key(by) : by);

const unsigned = (more: Record<string, unknown> = {}): string =>
  new UnsecuredJWT({ ...claims, exp: nowSeconds() + 3_600, ...more }).encode();

/** A good token with another header or other claims and its old signature. */
async function altered(header: object, more: object): Promise<string> {
  const [head, body, signature] = (await forged()).split('.') as [string, string, string];
  const encode = (part: string, change: object): string =>
    Buffer.from(JSON.stringify({ ...JSON.parse(Buffer.from(part, 'base64url').toString()), ...change })).toString(
      'base64url',
    );
  return [encode(head, header), encode(body, more), signature].join('.');
}

const bad: [what: string, make: () => Promise<string> | string][] = [
  ['another key', () => forged({}, 'y'.repeat(32))],
  ['a key of zeros', () => forged({}, new Uint8Array(32))],
  ['alg none', () => unsigned()],
  ['alg none in the header of a good one', () => altered({ alg: 'none' }, {})],
  ['another algorithm with the same key', () => forged({}, secret.repeat(2), 'HS512')],
  ['an algorithm of the same family', () => forged({}, secret, 'HS384')],
  ['claims changed behind the signature', () => altered({}, { user_id: 2 })],
  ['another issuer', () => forged({ iss: 'other' })],
  ['no issuer', () => forged({ iss: undefined })],
  ['another audience', () => forged({ aud: 'other' })],
  ['no audience', () => forged({ aud: undefined })],
  ['an expiry that is past', () => forged({ exp: nowSeconds() - 1 })],
  ['no expiry', () => forged({ exp: undefined })],
  ['no id', () => forged({ jti: undefined })],
  ['no user', () => forged({ user_id: undefined })],
  ['a user that is no number', () => forged({ user_id: '1' })],
  ['no version', () => forged({ ver: undefined })],
  ['a start in the future', () => forged({ nbf: nowSeconds() + 60 })],
  ['nothing of a token', () => 'nonsense'],
  ['three empty parts', () => '..'],
  ['no text', () => ''],
];

describe('defect 28: a token is refused that has', () => {
  test.each(bad)('%s', async (_, make) => {
    const tokens = new LoginTokens(secret, 60);
    expect(await tokens.verify(await forged())).toMatchObject({ userId: 1, tokenVersion: 1, id: '1' });
    expect(await tokens.verify(await make())).toBeUndefined();
  });

  test('any of that, over HTTP too', async () => {
    const running = await RunningServer.start({ auth: { jwt_secret: secret } });
    const status = async (token: string) => (await running.call('GET', '/api/users', undefined, token)).status;
    expect(await status(await forged())).toBe(200);
    for (const [what, make] of bad) expect([what, await status(await make())]).toEqual([what, 401]);
    // Of a user that is not there, and of another version of one that is.
    expect(await status(await forged({ user_id: 2 }))).toBe(401);
    expect(await status(await forged({ ver: 2 }))).toBe(401);
    // The claims are the user's, not the token's.
    const clerk = await running.ok<{ id: number }>('POST', '/api/users', { username: 'bot' });
    expect(await status(await forged({ user_id: clerk.id }))).toBe(403);
  });
});

test('a token says whose it is and when it ends, and ends then', async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: new Date('2026-01-02T03:04:05.678Z') });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const tokens = new LoginTokens(secret, 60);
  const { token, expiresAtSeconds } = await tokens.sign(user);
  expect(expiresAtSeconds).toBe(Date.parse('2026-01-02T03:05:05Z') / 1_000);
  expect(decodeProtectedHeader(token)).toEqual({ alg: 'HS256', typ: 'JWT' });
  expect(decodeJwt(token)).toEqual({
    user_id: 1,
    username: 'a',
    user_type: 'super_admin',
    ver: 3,
    jti: expect.any(String),
    iss: 'pulsemq',
    aud: 'pulsemq-admin',
    iat: expiresAtSeconds - 60,
    exp: expiresAtSeconds,
  });
  expect((await tokens.sign(user)).token).not.toBe(token);
  vi.setSystemTime((expiresAtSeconds - 1) * 1_000);
  expect(await tokens.verify(token)).toMatchObject({ userId: 1, tokenVersion: 3, expiresAtSeconds });
  vi.setSystemTime(expiresAtSeconds * 1_000);
  expect(await tokens.verify(token)).toBeUndefined();
});

describe('the secret', () => {
  test('is generated once, differs from broker to broker, and gives way to a configured one', async () => {
    const stores = await Promise.all([1, 2].map(() => openSqlite(`${temporaryFolder()}/pulsemq.db`)));
    onTestFinished(async () => {
      await Promise.all(stores.map((store) => store.close()));
    });
    const [first, second] = await Promise.all(stores.map((store) => jwtSecret(null, store)));
    expect([first, second]).toEqual([1, 2].map(() => expect.stringMatching(/^[0-9a-f]{64}$/)));
    expect(first).not.toBe(second);
    expect(await jwtSecret(null, stores[0]!)).toBe(first);
    const configured = randomBytes(32).toString('hex');
    expect(await jwtSecret(configured, stores[0]!)).toBe(configured);
    expect(await jwtSecret(null, stores[0]!)).toBe(first);
  });

  test('outlives a restart, and so do log-ins', async () => {
    const running = await RunningServer.start();
    await running.server.stop();
    await running.server.start();
    expect((await running.call('GET', '/api/users')).status).toBe(200);
  });
});
