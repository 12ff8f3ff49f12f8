import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { folder } from './called-command.js';
import { callInProcess } from './in-process-command.js';

test('store copy: prints the rows of each table, and refuses what is no address and a target that is not empty', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'address.txt'), 'sqlite:first.db\n');
  // An empty file is a database without rows.
  writeFileSync(join(cwd, 'first.db'), '');
  const missing = await callInProcess(['store', 'copy', '--from', 'sqlite:none.db', '--to', 'sqlite:b.db'], { cwd });
  expect(missing).toMatchObject({
    status: 2,
    stderr: expect.stringContaining(`there is no database at ${cwd}/none.db`),
  });
  const wrong = await callInProcess(['store', 'copy', '--from', 'first.db', '--to', 'sqlite:b.db'], { cwd });
  expect(wrong.stderr).toContain('--from must be sqlite:PATH, postgres://... or file:PATH');

  const made = await callInProcess(['store', 'copy', '--from', 'sqlite:second.db', '--to', 'file:address.txt'], {
    cwd,
  });
  expect(made.status).toBe(2);
  const empty = new Database(join(cwd, 'second.db'));
  empty.pragma('application_id = 0x504d5131');
  empty.close();
  const copied = await callInProcess(['store', 'copy', '--from', 'sqlite:second.db', '--to', 'file:address.txt'], {
    cwd,
  });
  expect(copied.stderr).toBe('');
  expect(copied.stdout).toMatch(/^TABLE +ROWS\nusers +0\n/);
  expect(copied.stdout).toContain(`copied ${cwd}/second.db to ${cwd}/first.db, and compared both\n`);

  const first = new Database(join(cwd, 'first.db'));
  first.exec("INSERT INTO settings (key, value) VALUES ('k', 'v')");
  first.close();
  const back = ['store', 'copy', '--from', 'sqlite:second.db', '--to', 'sqlite:first.db'];
  expect(await callInProcess(back, { cwd })).toMatchObject({
    status: 2,
    stderr: `pulsemq: the target ${cwd}/first.db is not empty (settings); --force removes everything in it first\n`,
  });
  const forced = await callInProcess([...back, '--force', '--json'], { cwd });
  expect(JSON.parse(forced.stdout).tables).toContainEqual({ table: 'settings', rowCount: 0 });
});
