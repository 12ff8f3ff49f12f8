import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { RunningBroker } from './running-broker.js';

test('a change that the database could not take says that it acts at this broker alone', async () => {
  const broker = await RunningBroker.start();
  await broker.run(['user', 'create', 'trader', '--show']);
  const database = new Database(join(broker.cwd, 'pulsemq.db'));
  database.exec('BEGIN IMMEDIATE');
  try {
    expect(await broker.run(['user', 'update', 'trader', '--inactive'])).toMatchObject({
      status: 0,
      stderr: expect.stringContaining('the change acts at this broker, but the database cannot be written'),
    });
  } finally {
    database.exec('ROLLBACK');
    database.close();
  }
});
