import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { RunningServer, temporaryFolder } from './running-server.js';

test('example pages are served to everybody, and nothing else of their folder', async () => {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'pages', 'board', 'assets'), { recursive: true });
  writeFileSync(join(folder, 'pages', 'board', 'index.html'), '<title>board</title>');
  writeFileSync(join(folder, 'pages', 'board', 'notes.md'), 'not a file of a page');
  writeFileSync(join(folder, 'pages', 'board', 'assets', 'index-a1.js'), 'run()');
  writeFileSync(join(folder, 'secret.js'), 'outside');
  const running = await RunningServer.start({}, undefined, { examplesFolder: join(folder, 'pages') });
  const got = (path: string) => fetch(`http://127.0.0.1:${running.server.addresses.adminPort}${path}`);

  const page = await got('/examples/board/');
  expect([page.status, page.headers.get('content-type'), await page.text()]).toEqual([
    200,
    'text/html; charset=utf-8',
    '<title>board</title>',
  ]);
  expect(page.headers.get('content-security-policy')).toContain("script-src 'self'; ");
  expect(page.headers.get('content-security-policy')).toContain("connect-src 'self' ws: wss:;");
  const script = await got('/examples/board/assets/index-a1.js');
  expect([script.headers.get('content-type'), await script.text()]).toEqual([
    'text/javascript; charset=utf-8',
    'run()',
  ]);

  for (const path of [
    'board/notes.md',
    'board/none.js',
    'none/',
    'board/..%2f..%2fsecret.js',
    '..%2fsecret.js',
    'board/assets/..js',
  ]) {
    expect([path, (await got(`/examples/${path}`)).ok]).toEqual([path, false]);
  }
});

test('a broker serves no example unless it is given a folder', async () => {
  const running = await RunningServer.start();
  const page = await fetch(`http://127.0.0.1:${running.server.addresses.adminPort}/examples/board/`);
  expect(page.status).toBe(404);
});
