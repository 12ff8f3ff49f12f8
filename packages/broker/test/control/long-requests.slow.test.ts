import { join } from 'node:path';
import { expect, test } from 'vitest';
import { addAuditRows } from './audit-rows.js';
import { RunningServer, temporaryFolder } from './running-server.js';
import { fillStartedFolder } from './started-folder.js';

test('while a long log is exported, the broker answers others', async () => {
  const folder = temporaryFolder();
  await fillStartedFolder(folder);
  addAuditRows(join(folder, 'pulsemq.db'), 100_000);
  const running = await RunningServer.start({}, folder);
  let isDone = false;
  const exported = running.call('GET', '/api/audit-logs/export?format=csv').finally(() => {
    isDone = true;
  });
  let answerCount = 0;
  for (; !isDone; answerCount++) await running.ok('GET', '/health');
  // The head, the log-ins of two starts, and the end of the last line.
  expect(String((await exported).body).split('\r\n')).toHaveLength(100_000 + 4);
  expect(answerCount).toBeGreaterThan(20);
});

test('while a long file is imported, the broker answers others', async () => {
  const running = await RunningServer.start();
  const users = Array.from({ length: 500 }, (_, index) => ({ username: `u${index}`, user_type: 'mq_normal' }));
  const namespaces = [{ name: 'market' }];
  const grants = users.map(({ username }) => ({ username, namespace: 'market', role: 'sub' }));
  let isDone = false;
  const imported = running
    .ok<{ changes: string[] }>('POST', '/api/definitions?dry_run=true', { version: 1, namespaces, users, grants })
    .finally(() => {
      isDone = true;
    });
  let answerCount = 0;
  for (; !isDone; answerCount++) await running.ok('GET', '/health');
  expect((await imported).changes).toHaveLength(1_001);
  expect(answerCount).toBeGreaterThan(5);
});
