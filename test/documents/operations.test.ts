import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { contextFiles } from '../container/context.mjs';
import { readDockerfile, type Step } from '../container/dockerfile.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
/** The one step of a kind in the last stage of the Dockerfile. */
const stepOf = <Kind extends Step['kind']>(kind: Kind): Extract<Step, { kind: Kind }> =>
  readDockerfile(fileOf('Dockerfile'))
    .at(-1)!
    .steps.findLast((step): step is Extract<Step, { kind: Kind }> => step.kind === kind)!;

const fileOf = (name: string): string => readFileSync(join(root, name), 'utf8');

test('docs/operations.md has a row for each alert of ops/prometheus-rules.yaml, and for no other', () => {
  const { groups } = parse(fileOf('ops/prometheus-rules.yaml')) as { groups: { rules: { alert: string }[] }[] };
  const rows = [...fileOf('docs/operations.md').matchAll(/^\| `(PulseMQ\w+)` \|/gm)].map(([, name]) => name);
  expect(rows).toEqual(groups.flatMap(({ rules }) => rules.map(({ alert }) => alert)));
});

test('D10: compose.yaml publishes the ports of the Dockerfile, on this machine only, and mounts its volume', () => {
  const { broker } = parse(fileOf('compose.yaml')).services;
  expect(broker.ports).toEqual(stepOf('expose').ports.map((port) => `127.0.0.1:${port}:${port}`));
  expect([broker.volumes, broker.read_only, broker.cap_drop]).toEqual([
    [`data:${stepOf('volume').path}`],
    true,
    ['ALL'],
  ]);
  expect(stepOf('user').name).toBe('node');
});

test.each([
  ['README.md', 'Published where'],
  ['README.zh-CN.md', '发布渠道'],
])('D10: %s says what is published where, and each script and page that it names is there', (readme, title) => {
  const section = fileOf(readme)
    .split('\n## ')
    .find((one) => one.startsWith(title))!;
  const { scripts } = JSON.parse(fileOf('package.json')) as { scripts: Record<string, string> };
  const named = [...section.matchAll(/npm run ([\w:-]+)/g)].map(([, script]) => script!);
  expect(named.length).toBeGreaterThan(1);
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named));
  const pages = [...section.matchAll(/\]\(([^)#]+)\)/g)].map(([, page]) => page!);
  const operation = ['Dockerfile', 'compose.yaml', 'SECURITY.md', 'CHANGELOG.md', 'docs/operations.md'];
  expect([...pages, ...operation].filter((path) => !existsSync(join(root, path)))).toEqual([]);
  expect(fileOf('docs/operations.md')).toContain('\n## Upgrades\n');
});

/** What the TypeScript files of a list import by a relative path, as far as the repository has it and the build does not make it. */
const importedBy = (files: readonly string[]): string[] =>
  files
    .filter((file) => /\.tsx?$/.test(file))
    .flatMap((file) =>
      [...fileOf(file).matchAll(/(?:from |import\()'(\.[^']+)'/g)].map(([, path]) => join(dirname(file), path!)),
    )
    .flatMap((path) => [
      path,
      path.replace(/\.js$/, '.ts'),
      path.replace(/\.js$/, '.tsx'),
      path.replace(/\.mjs$/, '.d.mts'),
    ])
    .filter((path) => !path.includes('/dist/') && existsSync(join(root, path)));

test('the build context has every file that its TypeScript files import', () => {
  const files = contextFiles(root);
  const imported = importedBy(files);
  expect(imported.length).toBeGreaterThan(1_000);
  expect([...new Set(imported)].filter((path) => !files.includes(path))).toEqual([]);
});

test('the build context has what the build needs, and no tests or data', () => {
  const files = contextFiles(root);
  for (const needed of [
    'package-lock.json',
    'scripts/build.mjs',
    'ops/health-check.mjs',
    'packages/cli/bin/pulsemq.js',
    'examples/board/index.html',
  ]) {
    expect(files).toContain(needed);
  }
  expect(files.filter((path) => /\/test\/|^(docs|clients|test|examples(?!\/board))\//.test(path))).toEqual([]);
});

test('the health check says whether the broker answers /health with 200', async () => {
  const asked: (string | undefined)[] = [];
  let answer = 200;
  const server = createServer((request, response) => {
    asked.push(request.url);
    response.writeHead(answer).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const exitCode = async (): Promise<number> => {
    const env = { PATH: process.env.PATH, PULSEMQ_SERVER_HOST: '0.0.0.0', PULSEMQ_SERVER_ADMIN_PORT: String(port) };
    const [code] = await once(spawn(process.execPath, [join(root, 'ops', 'health-check.mjs')], { env }), 'exit');
    return code;
  };
  expect(await exitCode()).toBe(0);
  answer = 503;
  expect(await exitCode()).toBe(1);
  server.closeAllConnections();
  await once(server.close(), 'close');
  expect(await exitCode()).toBe(1);
  expect(asked).toEqual(['/health', '/health']);
});
