// Requests to the HTTP API of a whole broker: bodies, paths and queries. An input is a byte for the operation, a byte for the kind of log-in
// and body, a path part and a query up to a line feed, then the body. No answer may be a fault of the broker, and each error must have its form.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PulseMQServer } from '@pulsemq/broker';
import fc from 'fast-check';
import { endless } from '../../schema/endless.mjs';

/** Besides the streams: what ends the broker, and what ends or changes the log-in that the run needs. */
const leftOut = [...endless, '/api/drain', '/logout', '/api/auth/password', '/login', '/api/users/{id}/password'];
/** Ids that are there, and others; not 1, which is the administrator of the run. */
const ids = ['2', '3', '4', '999', '0', '-1', 'x', '%00', '9007199254740993'];

const agent = new Agent({ keepAlive: true, maxSockets: 1 });
const state = { server: null, folder: '', port: 0, jwt: '', operations: [] };

/** One request; resolves with status and text. */
function send({ method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const sent = request({ agent, host: '127.0.0.1', port: state.port, method, path, headers }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() }),
      );
      answer.on('error', reject);
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

async function call(method, path, body) {
  const headers = {
    'content-type': 'application/json',
    ...(state.jwt === '' ? {} : { authorization: `Bearer ${state.jwt}` }),
  };
  const answer = await send({ method, path, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${answer.text}`);
  return JSON.parse(answer.text);
}

async function start() {
  state.folder = mkdtempSync(join(tmpdir(), 'pulsemq-fuzz-http-'));
  state.server = new PulseMQServer({
    config: { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 }, logging: { level: 'error' } },
    workingDirectory: state.folder,
    console: null,
  });
  state.port = (await state.server.start()).adminPort;
  const { username, password } = JSON.parse(readFileSync(join(state.folder, '.pulsemq_admin'), 'utf8'));
  state.jwt = (await call('POST', '/login', { username, password })).token;
  await call('POST', '/api/namespaces', { name: 'market' });
  await call('POST', '/api/users', { username: 'reader' });
  await call('POST', '/api/publish', { namespace: 'market', topic: 'a.b', format: 'string', data: 'x' }).catch(
    () => {},
  );
  const { paths } = await call('GET', '/api/openapi.json');
  state.operations = Object.entries(paths)
    .filter(([path]) => !leftOut.includes(path))
    .flatMap(([path, methods]) => Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })))
    .filter(({ method }) => ['GET', 'POST', 'PUT', 'DELETE'].includes(method));
}

async function end() {
  agent.destroy();
  await state.server.stop();
  rmSync(state.folder, { recursive: true, force: true });
}

const types = [
  'application/json',
  'application/json',
  'application/json',
  'text/plain',
  'application/json; charset=utf-16',
  'multipart/form-data',
  '',
];

function check({ method, path }, { status, headers, text }) {
  if (status >= 500) throw new Error(`${method} ${path}: ${status} ${text.slice(0, 500)}`);
  if (status < 400 || method === 'HEAD') return;
  if (!headers['content-type']?.startsWith('application/json'))
    throw new Error(`${method} ${path}: ${status} is no JSON: ${text.slice(0, 200)}`);
  const { error, code, request_id } = JSON.parse(text);
  if (typeof error !== 'string' || typeof code !== 'string' || typeof request_id !== 'string')
    throw new Error(`${method} ${path}: ${status} ${text}`);
}

const key = fc.constantFrom(
  'name',
  'username',
  'user_id',
  'role',
  'type',
  'namespace',
  'topic',
  'format',
  'data',
  'status',
  'description',
  'is_active',
  'compress',
  'connection_id',
  'namespaces',
  'users',
  'grants',
  'version',
  '__proto__',
);
const value = fc.oneof(
  fc.constantFrom(
    'market',
    'reader',
    'sub',
    'pub',
    'mq_normal',
    'a.b',
    'string',
    'bytes',
    'df_msgpack',
    1,
    2,
    true,
    null,
  ),
  fc.jsonValue({ maxDepth: 2 }),
);
const body = fc.oneof(
  fc.dictionary(key, value, { maxKeys: 5 }).map((object) => JSON.stringify(object)),
  fc.json({ maxDepth: 3 }),
  fc.constantFrom('', '{', '[]', 'null', '"x"', '{"a":1e999}'),
);
const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    '?limit=1',
    '?limit=-1&offset=9',
    '?q=%',
    '?from=x',
    '?format=csv',
    '?raw=true',
    '?user_id=2&namespace_id=1&topic=a',
  ),
  fc.webQueryParameters().map((text) => `?${text}`),
);

export const target = {
  name: 'http',
  maxBytes: 2_048,
  // Reading the coverage of a whole broker ten times a second took a third of the processor time.
  batchMs: 1_000,
  generator: fc
    .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 0, max: 255 }), fc.constantFrom(...ids), query, body)
    .map(([operation, kind, id, search, json]) =>
      Buffer.concat([Buffer.from([operation, kind]), Buffer.from(`${id}${search}\n${json}`)]),
    ),
  words: [
    '{"',
    '"}',
    '":',
    '"name"',
    '"username"',
    '"namespace"',
    '"topic"',
    '"data"',
    '\\u0000',
    '\\ud800',
    '1e999',
    '?limit=',
    '&',
    '%00',
    '%ff',
    '../',
  ].map((word) => Buffer.from(word)),
  start,
  end,
  run: async (input) => {
    const { path, method } = state.operations[(input[0] ?? 0) % state.operations.length];
    const kind = input[1] ?? 0;
    const text = input.subarray(2);
    const lineEnd = text.indexOf(10);
    const line = text.subarray(0, lineEnd < 0 ? 0 : Math.min(lineEnd, 500)).toString('latin1');
    const [id, search = ''] = line.split(/(?=\?)/, 2);
    // A path is sent as it is, except for bytes that Node's client itself refuses. Id 1 is the administrator of the run.
    const isOwn = Number.parseInt(decodeSafely(id), 10) === 1;
    const part = isOwn || id === '' ? '2' : id;
    const full = `${path.replaceAll(/\{\w+\}/g, () => part)}${search}`.replaceAll(
      /[^\x21-\x7e]/g,
      (byte) => `%${byte.charCodeAt(0).toString(16).padStart(2, '0')}`,
    );
    const payload = method === 'GET' ? undefined : text.subarray(lineEnd + 1);
    if (method === 'POST' && path === '/api/definitions' && payload.includes('admin')) return;
    const contentType = types[kind % types.length];
    const headers = {
      ...(kind < 240 ? { authorization: `Bearer ${state.jwt}` } : {}),
      ...(contentType === '' || payload === undefined ? {} : { 'content-type': contentType }),
    };
    check({ method, path: full }, await send({ method, path: full, headers, body: payload }));
  },
};

function decodeSafely(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    // The text is not percent-encoded, so it cannot be a number.
    return text;
  }
}
