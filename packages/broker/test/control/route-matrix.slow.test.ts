import { afterAll, beforeAll, expect, test } from 'vitest';
import { isMutating, MatrixServer, type Outcome, type Role, roles } from './matrix-server.js';
import { type RouteEntry, routeTable } from './route-table.js';

let server: MatrixServer;

beforeAll(async () => {
  server = await MatrixServer.open();
});
afterAll(() => server.running.close());

/** `GET /api/users/:id`; a HEAD is asked like its GET. */
const entryOf = ({ method, url }: { method: string; url: string }): RouteEntry | undefined =>
  routeTable[`${method === 'HEAD' ? 'GET' : method} ${url}`];

test('every route of the router is in the table', () => {
  const unknown = server.routes.filter((route) => entryOf(route) === undefined);
  expect(unknown).toEqual([]);
  expect(server.routes.length).toBeGreaterThan(70);
});

/** What a role gets of a route: the status of success, or a refusal with its code. */
function expected(role: Role, entry: RouteEntry): { status: number; code?: string } {
  const { audience, beforePasswordChange = false, withoutRights = false, status = 200 } = entry;
  if (audience === 'anybody') return { status };
  switch (role) {
    case 'nobody':
      return { status: 401, code: 'NOT_AUTHENTICATED' };
    case 'userWithoutRights':
      return withoutRights ? { status } : { status: 403, code: 'FORBIDDEN' };
    case 'mustChangePassword':
      return beforePasswordChange ? { status } : { status: 403, code: 'PASSWORD_CHANGE_REQUIRED' };
    case 'namespaceAdmin':
      return ['administrator', 'messageReader', 'superAdmin'].includes(audience)
        ? { status: 403, code: 'FORBIDDEN' }
        : { status };
    case 'adminOnly':
      if (audience === 'superAdmin') return { status: 403, code: 'SUPER_ADMIN_ONLY' };
      return audience === 'messageReader' ? { status: 403, code: 'ADMIN_ONLY' } : { status };
    default:
      return { status };
  }
}

/** A user without a password or without rights cannot log in. */
const cannotLogIn: Partial<Record<Role, { status: number; code: string }>> = {
  nobody: { status: 401, code: 'WRONG_LOGIN' },
  userWithoutRights: { status: 403, code: 'FORBIDDEN' },
};

test.each(roles)(
  '%s gets of every route what it may, and each changing call leaves exactly one audit row',
  async (role) => {
    const wrong: string[] = [];
    let cellCount = 0;
    for (const route of server.routes) {
      const entry = entryOf(route)!;
      const name = `${route.method} ${route.url}`;
      const isLogin = name === 'POST /login';
      const wanted = (isLogin ? cannotLogIn[role] : undefined) ?? expected(role, entry);
      const newPassword = { value: '' };
      const outcome = await server.outcome(role, route.method, async (supplies) => {
        const call = await entry.call(supplies);
        newPassword.value = (call.body as { new_password?: string } | undefined)?.new_password ?? '';
        return call;
      });
      cellCount++;
      const isOk =
        outcome.status === wanted.status &&
        (route.method === 'HEAD' || (outcome.code ?? undefined) === codeOf(wanted, outcome));
      if (!isOk)
        wrong.push(`${name}: ${outcome.status} ${outcome.code}, expected ${wanted.status} ${wanted.code ?? ''}`);
      const leavesRow = isMutating(route.method) && entry.changesNothing !== true;
      const wantedRows = leavesRow && (role !== 'nobody' || isLogin) ? 1 : 0;
      if (outcome.auditRows !== wantedRows)
        wrong.push(`${name}: ${outcome.auditRows} audit rows, expected ${wantedRows}`);
      if (entry.endsLogIn === true && outcome.status < 300) await server.forget(role, newPassword.value || undefined);
    }
    console.log(`${role}: ${cellCount} cells`);
    expect(wrong).toEqual([]);
  },
  60_000,
);

/** A success has no code; a route that answers 404 well says why. */
const codeOf = (wanted: { status: number; code?: string }, outcome: Outcome): string | undefined =>
  wanted.code ?? (wanted.status >= 400 ? (outcome.code ?? undefined) : undefined);

test('a changing call that is refused for what it sent leaves one row too, with the code of the refusal', async () => {
  const wrong: string[] = [];
  for (const { method, url } of server.routes.filter((route) => isMutating(route.method))) {
    if (url === '/login' || routeTable[`${method} ${url}`]?.changesNothing === true) continue;
    const outcome = await server.outcome('superAdmin', method, () => ({ path: url.replace(/:\w+/g, '1'), body: '{' }));
    if (outcome.status !== 400 || outcome.code !== 'BAD_INPUT' || outcome.auditRows !== 1) {
      wrong.push(`${method} ${url}: ${outcome.status} ${outcome.code}, ${outcome.auditRows} rows`);
    }
    const [row] = await server.root<{ result: string; operator: string; request_id: string }[]>(
      'GET',
      '/api/audit-logs?limit=1',
    );
    if (row?.result !== 'BAD_INPUT' || !/^[0-9a-f-]{36}$/.test(row.request_id)) wrong.push(`${method} ${url}: no row`);
  }
  expect(wrong).toEqual([]);
});

test('the admin of one namespace reaches nothing of another, whatever id it tries', async () => {
  const bystander = await server.root<{ id: number }>('POST', '/api/users', { username: 'bystander' });
  await server.root('POST', '/api/namespaces/2/permissions', { user_id: bystander.id, role: 'pub' });
  const message = { namespace: 'other', topic: 'secret_topic', format: 'string', data: 'x' };
  await server.root('POST', '/api/publish', message);
  const topics = () => server.root<{ id: number }[]>('GET', '/api/topics?namespace=other');
  while ((await topics()).length === 0);
  const [topic] = await topics();
  const state = async () => {
    const { namespaces, users, grants } = await server.root('GET', '/api/definitions');
    const live = (await topics()).map(({ id }) => id);
    return { namespaces, users, grants, live };
  };
  const before = await state();
  await server.outcome('namespaceAdmin', 'GET', () => ({ path: '/api/me' }));
  const token = server.tokenOf('namespaceAdmin')!;
  const bodies = [
    undefined,
    { user_id: bystander.id, role: 'admin' },
    message,
    { description: 'mine', is_active: false },
  ];
  const leaks: string[] = [];
  let callCount = 0;
  for (const { method, url } of server.routes) {
    const entry = routeTable[`${method} ${url}`];
    if (entry === undefined || entry.audience === 'anybody' || entry.endsLogIn === true) continue;
    const ids = { id: url.startsWith('/api/topics') ? topic!.id : url.startsWith('/api/users') ? bystander.id : 2 };
    const path = url
      .replace(':user_id', String(bystander.id))
      .replace(':connection_id', 's1')
      .replace(':id', String(ids.id));
    for (const query of [
      '',
      '?namespace=other',
      '?namespace_id=2',
      `?user_id=${bystander.id}`,
      '?limit=1000',
      '?force=true',
    ]) {
      for (const body of isMutating(method) ? bodies : [undefined]) {
        callCount++;
        const answer = await server.running.call(method, path + query, body, token);
        const isList = answer.status === 200 && method === 'GET' && !url.includes(':');
        const told = JSON.stringify(answer.body);
        const tells = /secret_topic|bystander|"other"/.test(told);
        if (!(isList || [400, 401, 403, 404].includes(answer.status)) || (tells && answer.status === 200)) {
          leaks.push(`${method} ${path}${query}: ${answer.status} ${told.slice(0, 200)}`);
        }
      }
    }
  }
  console.log(`${callCount} calls against another namespace`);
  expect(leaks).toEqual([]);
  expect(await state()).toEqual(before);
}, 60_000);
