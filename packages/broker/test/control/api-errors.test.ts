import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Answer, RunningServer } from './running-server.js';

/** An answer that is not a success has this body, whatever went wrong. */
function expectError({ status, body, headers }: Answer, expectedStatus: number, code: string): void {
  expect(headers.get('content-type')).toMatch(/^application\/json/);
  expect({ status, body }).toEqual({
    status: expectedStatus,
    body: {
      error: expect.stringMatching(/\S/),
      code,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      ...((body as { details?: unknown }).details === undefined ? {} : { details: expect.any(Array) }),
    },
  });
}

let running: RunningServer;

beforeAll(async () => {
  running = await RunningServer.open();
  await running.ok('POST', '/api/namespaces', { name: 'market' });
});
afterAll(() => running.close());

const long = 'x'.repeat(1_001);

describe('defect 42: bad input is refused and never a 500', () => {
  test.each<[method: string, path: string, body: unknown, field?: string]>([
    ['POST', '/login', '{"username":'],
    ['POST', '/login', ''],
    ['POST', '/login', null, 'body'],
    ['POST', '/login', [], 'body'],
    ['POST', '/login', 'text'],
    ['POST', '/login', { username: 'admin' }, 'body.password'],
    ['POST', '/login', { username: '', password: 'x' }, 'body.username'],
    ['POST', '/login', { username: 'admin', password: '' }, 'body.password'],
    ['POST', '/login', { username: 5, password: true }, 'body.username'],
    ['POST', '/login', { username: { $ne: 1 }, password: 'x' }, 'body.username'],
    ['POST', '/login', { username: 'admin', password: 'x'.repeat(257) }, 'body.password'],
    ['POST', '/api/namespaces', '{"name":'],
    ['POST', '/api/namespaces', '{"__proto__":{"name":"a"}}'],
    ['POST', '/api/namespaces', null, 'body'],
    ['POST', '/api/namespaces', {}, 'body.name'],
    ['POST', '/api/namespaces', { name: 5 }, 'body.name'],
    ['POST', '/api/namespaces', { name: null }, 'body.name'],
    ['POST', '/api/namespaces', { name: ['a'] }, 'body.name'],
    ['POST', '/api/namespaces', { name: 'a', unknown: 1 }, 'body'],
    ['POST', '/api/namespaces', { name: 'a', description: 5 }, 'body.description'],
    ['POST', '/api/namespaces', { name: 'a', description: long }, 'body.description'],
    ['POST', '/api/namespaces', { name: 'a', description: 'a\0b' }, 'body.description'],
    ['POST', '/api/namespaces', { name: 'a', description: 'a\ud800b' }, 'body.description'],
    ['POST', '/api/namespaces', { name: 'a', keep_last_value: 'yes' }, 'body.keep_last_value'],
    ['POST', '/api/users', {}, 'body.username'],
    ['POST', '/api/users', { username: '' }, 'body.username'],
    ['POST', '/api/users', { username: 'a b' }, 'body.username'],
    ['POST', '/api/users', { username: 'bot\n' }, 'body.username'],
    ['POST', '/api/users', { username: 'é' }, 'body.username'],
    ['POST', '/api/users', { username: 'x'.repeat(65) }, 'body.username'],
    ['POST', '/api/users', { username: 5 }, 'body.username'],
    ['POST', '/api/users', { username: 'a', user_type: 'emperor' }, 'body.user_type'],
    ['POST', '/api/users', { username: 'a', password: 'short' }, 'body.password'],
    ['POST', '/api/users', { username: 'a', password: 'x'.repeat(257) }, 'body.password'],
    ['POST', '/api/users', { username: 'a', password_hash: 'mine' }, 'body'],
    ['POST', '/api/namespaces/x/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/0/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/-1/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/1.5/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/1e400/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/99999999999999999999/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/%20/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/0x1/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/1%27%20OR%201=1/permissions', { user_id: 1 }, 'params.id'],
    ['POST', '/api/namespaces/1/permissions', {}, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { user_id: '1' }, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 1.5 }, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 0 }, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 1e300 }, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 99 }, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 1, username: 'admin' }, 'body.user_id'],
    ['POST', '/api/namespaces/1/permissions', { username: 'nobody_here' }, 'body.username'],
    ['POST', '/api/namespaces/1/permissions', { username: '<b>' }, 'body.username'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 1, role: 'emperor' }, 'body.role'],
    ['POST', '/api/namespaces/1/permissions', { user_id: 1, role: null }, 'body.role'],
    ['GET', '/api/users?limit=x', undefined, 'query.limit'],
    ['GET', '/api/users?limit=0', undefined, 'query.limit'],
    ['GET', '/api/users?limit=1001', undefined, 'query.limit'],
    ['GET', '/api/users?limit=1&limit=2', undefined, 'query.limit'],
    ['GET', '/api/users?limit=0x10', undefined, 'query.limit'],
    ['GET', '/api/users?limit=', undefined, 'query.limit'],
    ['GET', '/api/users?offset=', undefined, 'query.offset'],
    ['GET', '/api/users?offset=-1', undefined, 'query.offset'],
    ['GET', '/api/users?offset=1e99', undefined, 'query.offset'],
    ['GET', '/api/users?user_type=emperor', undefined, 'query.user_type'],
    ['GET', `/api/namespaces?text=${long}`, undefined, 'query.text'],
    ['GET', '/api/users/x', undefined, 'params.id'],
    ['GET', '/api/users/%zz', undefined],
  ])('%s %s %j', async (method, path, body, field) => {
    const answer = await running.call(method, path, body);
    expectError(answer, 400, 'BAD_INPUT');
    const { details, error } = answer.body as { details?: { field: string; problem: string }[]; error: string };
    if (field !== undefined) {
      expect(details?.map((detail) => detail.field)).toContain(field);
      expect(error).toContain(field);
    }
  });
});

test.each<[method: string, path: string, body: unknown, status: number, code: string]>([
  ['GET', '/api/nothing', undefined, 404, 'NOT_FOUND'],
  ['GET', '/nothing%00', undefined, 404, 'NOT_FOUND'],
  ['PATCH', '/api/users/1', {}, 404, 'NOT_FOUND'],
  ['DELETE', '/login', undefined, 404, 'NOT_FOUND'],
  ['GET', `/api/users/${'9'.repeat(200)}`, undefined, 414, 'TOO_LARGE'],
  ['GET', '/api/users/99', undefined, 404, 'NOT_FOUND'],
  ['PUT', '/api/users/99', { is_active: true }, 404, 'NOT_FOUND'],
  ['DELETE', '/api/users/99', undefined, 404, 'NOT_FOUND'],
  ['POST', '/api/users/99/reset-token', undefined, 404, 'NOT_FOUND'],
  ['POST', '/api/namespaces/99/permissions', { user_id: 1 }, 404, 'NOT_FOUND'],
  ['DELETE', '/api/namespaces/1/permissions/1', undefined, 404, 'NOT_FOUND'],
  ['DELETE', '/api/namespaces/99', undefined, 404, 'NOT_FOUND'],
  ['POST', '/api/namespaces', { name: 'market' }, 409, 'DUPLICATE'],
  ['POST', '/api/users', { username: 'admin' }, 409, 'DUPLICATE'],
  ['DELETE', '/api/users/1', undefined, 409, 'LAST_SUPER_ADMIN'],
  ['PUT', '/api/users/1', { is_active: false }, 409, 'LAST_SUPER_ADMIN'],
  ['PUT', '/api/users/1', { user_type: 'mq_super' }, 409, 'LAST_SUPER_ADMIN'],
])('%s %s %j is refused with %i %s', async (method, path, body, status, code) => {
  expectError(await running.call(method, path, body), status, code);
});

test.each([
  ['GET', '/api/users', undefined],
  ['GET', '/api/users?limit=x', undefined],
  ['GET', '/api/users/x', undefined],
  ['GET', '/api/namespaces', undefined],
  ['GET', '/api/me', undefined],
  ['POST', '/api/users', '{'],
  ['POST', '/api/namespaces', { name: 5 }],
  ['POST', '/api/namespaces/99/permissions', { user_id: 1 }],
  ['DELETE', '/api/users/1', undefined],
])('%s %s without a log-in is refused before anything is looked at', async (method, path, body) => {
  for (const jwt of [null, 'nonsense']) {
    expectError(await running.call(method, path, body, jwt), 401, 'NOT_AUTHENTICATED');
  }
});

test('a body past the limit is refused: large ones are read where a file or a DataFrame is meant', async () => {
  const body = (bytes: number) => JSON.stringify({ username: 'x'.repeat(bytes) });
  for (const path of ['/login', '/api/users']) {
    expectError(await running.call('POST', path, body(65_536)), 413, 'TOO_LARGE');
    expectError(await running.call('POST', path, body(60_000)), 400, 'BAD_INPUT');
  }
  for (const path of ['/api/definitions', '/api/publish']) {
    expectError(await running.call('POST', path, body(1_048_576)), 400, 'BAD_INPUT');
    expectError(await running.call('POST', path, body(17 * 1_048_576)), 413, 'TOO_LARGE');
  }
});

test.each<[method: string, path: string, body: unknown, error: string]>([
  ['POST', '/login', {}, 'body.username: is missing'],
  ['POST', '/login', { username: 'a', password: '' }, 'body.password: is empty'],
  ['POST', '/login', { username: 'x'.repeat(201), password: 'x' }, 'body.username: must have at most 200 characters'],
  ['POST', '/api/alert-rules', { name: 'a', kind: 'drops', threshold: 0 }, 'body.threshold: must be at least 1'],
  ['POST', '/api/alert-rules', { name: 'a', kind: 'drops', for_s: -1 }, 'body.for_s: must be at least 0'],
  [
    'POST',
    '/api/alert-rules',
    { name: 'a', kind: 'drops', threshold: 1e10 },
    'body.threshold: must be at most 1000000000',
  ],
  ['POST', '/login', { username: null, password: 'x' }, 'body.username: must be a string, not null'],
  ['POST', '/login', [], 'body: must be an object, not an array'],
  ['POST', '/api/users', { username: 'a', role: 1 }, 'body: unknown field "role"'],
  ['POST', '/api/users', { username: 'a b' }, 'body.username: must be 1 to 64 characters of A-Z, a-z, 0-9, _ . @ -'],
  [
    'POST',
    '/api/namespaces/1/permissions',
    { user_id: 1, role: 'king' },
    'body.role: must be one of "sub", "pub", "admin"',
  ],
  ['GET', '/api/permissions/check?user_id=1', undefined, 'query.namespace: is missing'],
  ['GET', '/api/topics?namespace=a&namespace=b', undefined, 'query.namespace: must be a string, not an array'],
  ['GET', '/api/users?limit=5000', undefined, 'query.limit: must be an integer from 1 to 1000'],
  ['PUT', '/api/users/1', { is_active: 'no' }, 'body.is_active: must be a boolean, not a string'],
])('%s %s %j says in plain words what is wrong', async (method, path, body, error) => {
  const answer = await running.call(method, path, body);
  expectError(answer, 400, 'BAD_INPUT');
  expect((answer.body as { error: string }).error).toBe(error);
});

test('of very many wrong fields the answer names a hundred', async () => {
  const users = Array.from({ length: 500 }, () => ({ username: 'a b', user_type: 'mq_normal' }));
  const answer = await running.call('POST', '/api/definitions', { version: 1, namespaces: [], users, grants: [] });
  expectError(answer, 400, 'BAD_INPUT');
  expect((answer.body as { details: unknown[] }).details).toHaveLength(100);
});

test('an empty body of type JSON is none: right where none is wanted, and where it may be left out', async () => {
  const { id } = await running.user('bodiless');
  const url = `http://127.0.0.1:${running.server.addresses.adminPort}`;
  const headers = { authorization: `Bearer ${running.jwt}` };
  const call = (method: string, path: string, more = {}) =>
    fetch(url + path, { method, headers: { ...headers, ...more } });
  const json = { 'content-type': 'application/json' };
  for (const more of [json, {}]) {
    expect((await call('POST', `/api/users/${id}/reset-token`, more)).status).toBe(200);
    const answer = await call('POST', `/api/users/${id}/password`, more);
    expect([answer.status, await answer.json()]).toEqual([
      200,
      { status: 'changed', password: expect.stringMatching(/^[\w-]{16}$/) },
    ]);
    expect((await call('POST', '/api/users', more)).status).toBe(400);
  }
  expect((await call('DELETE', `/api/users/${id}`, json)).status).toBe(200);
});

test('a body that is no JSON by its type, and one that has no type, are refused', async () => {
  const url = `http://127.0.0.1:${running.server.addresses.adminPort}/login`;
  for (const type of ['text/xml', 'text/plain', 'application/x-www-form-urlencoded', '']) {
    const headers = { 'content-type': type };
    const response = await fetch(url, { method: 'POST', headers, body: 'username=admin' });
    const answer = { status: response.status, body: await response.json(), headers: response.headers };
    expectError(answer, 415, 'UNSUPPORTED_MEDIA_TYPE');
    expect((answer.body as { error: string }).error).toContain('application/json');
  }
});

test.each([
  ['nothing of HTTP', 'HELLO\r\n\r\n', '400'],
  ['a method that no RFC defines', 'FETCH / HTTP/1.1\r\nhost: x\r\n\r\n', '400'],
  ['a request without Host', 'GET /health HTTP/1.1\r\nconnection: close\r\n\r\n', '400'],
  ['an unknown Expect', 'GET /health HTTP/1.1\r\nhost: x\r\nexpect: miracles\r\n\r\n', '417'],
  [
    'a body that is announced without a log-in',
    'POST /api/users HTTP/1.1\r\nhost: x\r\nexpect: 100-continue\r\ncontent-type: application/json\r\ncontent-length: 9\r\n\r\n',
    '401',
  ],
  ['headers without end', `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`, '431'],
])('%s is answered with JSON too, and the port goes on', async (_, bytes, status) => {
  const socket = connect(running.server.addresses.adminPort, '127.0.0.1');
  let text = '';
  socket.setEncoding('latin1').on('data', (chunk) => {
    text += chunk;
  });
  socket.write(bytes);
  await once(socket, 'close');
  const [head, body] = text.split('\r\n\r\n') as [string, string];
  expect(head).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
  expect(JSON.parse(body)).toMatchObject({ error: expect.any(String), code: expect.any(String) });
  expect((await running.call('GET', '/health', undefined, null)).status).toBe(200);
});

test('none of all this was a mistake of the broker', async () => {
  expect(running.log.filter((line) => line.includes(' ERROR '))).toEqual([]);
});
