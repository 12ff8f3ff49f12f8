import { afterAll, beforeAll, expect, test } from 'vitest';
import { RunningServer } from './running-server.js';

interface Operation {
  readonly summary?: string;
  readonly security?: readonly object[];
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: object }[];
  readonly responses: Record<string, { readonly description: string; readonly headers?: object }>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

let running: RunningServer;
let document: Document;

beforeAll(async () => {
  running = await RunningServer.open();
  document = (await running.call('GET', '/api/openapi.json', undefined, null)).body as Document;
});
afterAll(() => running.close());

const operations = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ name: `${method.toUpperCase()} ${path}`, operation })),
  );

test('the document is there without a log-in, and its references lead somewhere', () => {
  expect(document.openapi).toBe('3.1.0');
  expect(document.info.version).toMatch(/^\d+\.\d+\.\d+/);
  expect(operations().length).toBeGreaterThan(38);
  const references = JSON.stringify(document).match(/#\/components\/schemas\/\w+/g) ?? [];
  expect(references.length).toBeGreaterThan(100);
  for (const reference of references) expect(document.components.schemas).toHaveProperty(reference.split('/').at(-1)!);
});

test('every operation has a summary, says who may call it, and names each refusal', () => {
  const open = ['POST /login', 'GET /health', 'GET /ready', 'GET /api/openapi.json'];
  for (const { name, operation } of operations()) {
    expect(operation.summary, name).toMatch(/\S/);
    const statuses = Object.keys(operation.responses);
    expect(
      statuses.filter((status) => !/^[2345]\d\d$/.test(status)),
      name,
    ).toEqual([]);
    expect(statuses, name).toContain('500');
    if (open.includes(name)) expect(operation.security, name).toBeUndefined();
    else {
      const others = name === 'GET /api/history' ? [{ token: [] }] : [];
      expect(operation.security, name).toEqual([{ login: [] }, ...others]);
      expect(statuses, name).toEqual(expect.arrayContaining(['401', '403']));
    }
    for (const { description } of Object.values(operation.responses)) expect(description).not.toBe('Default Response');
  }
});

test('a list says how it is paged', () => {
  const { parameters, responses } = document.paths['/api/users']!.get!;
  expect(parameters?.slice(0, 2)).toEqual([
    expect.objectContaining({ name: 'limit', schema: { type: 'integer', minimum: 1, maximum: 1000, default: 100 } }),
    expect.objectContaining({ name: 'offset', schema: expect.objectContaining({ minimum: 0, default: 0 }) }),
  ]);
  expect(responses['200']?.headers).toHaveProperty('X-Total-Count');
});

test('every operation with a query refuses a field that it does not know, by name', async () => {
  const withQuery = operations().filter(({ operation }) => operation.parameters?.some((one) => one.in === 'query'));
  expect(withQuery.length).toBeGreaterThan(25);
  for (const { name } of withQuery) {
    const [method, path] = name.split(' ') as [string, string];
    // A body is checked before the query.
    const body = path === '/api/definitions' ? { version: 1, namespaces: [], users: [], grants: [] } : undefined;
    const answer = await running.call(
      method,
      `${path.replaceAll(/\{\w+\}/g, '1')}?limti=5`,
      method === 'POST' ? body : undefined,
    );
    expect(answer, name).toMatchObject({
      status: 400,
      body: { code: 'BAD_INPUT', details: expect.arrayContaining([expectedProblem]) },
    });
  }
});

const expectedProblem = {
  field: 'query',
  problem: expect.stringMatching(/^unknown field "limti"; expected \w+(, \w+)*$/),
};

test('the page sends requests to this broker only, and serves no file but its own', async () => {
  const page = await running.call('GET', '/docs', undefined, null);
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  const names = [...String(page.body).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, name]) => name!);
  for (const name of names.filter((one) => one !== 'data:,')) {
    expect(name).toMatch(/^docs\/[\w.-]+$/);
    const file = await running.call('GET', `/${name}`, undefined, null);
    expect([file.status, String(file.body).length > 50]).toEqual([200, true]);
  }
  for (const path of ['/docs/package.json', '/docs/..%2fpackage.json', '/docs/__proto__', '/docs/swagger-ui.js']) {
    expect((await running.call('GET', path, undefined, null)).status).toBe(404);
  }
});
