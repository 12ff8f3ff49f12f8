import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { backUpDatabase, restoreBackup, verifyBackup } from '@pulsemq/broker';
import { describe, expect, test } from 'vitest';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';
import { temporaryFolder } from './running-server.js';
import { fillStartedFolder } from './started-folder.js';

describe('restoring', () => {
  /** A stopped broker, a backup of it, and a database that differs from it. */
  async function stopped() {
    const folder = temporaryFolder();
    await fillStartedFolder(folder);
    const path = join(folder, 'pulsemq.db');
    const backup = join(folder, 'a.backup');
    const header = await backUpDatabase(path, backup);
    const store = await openSqlite(path);
    await store.settings.put('later', 'yes');
    await store.close();
    return { folder, path, backup, header };
  }
  const settingOf = async (path: string): Promise<string | undefined> => {
    const store = await openSqlite(path);
    return store.settings.get('later').finally(() => store.close());
  };

  test('keeps the database that was there beside it', async () => {
    const { path, backup, header } = await stopped();
    const restored = await restoreBackup(backup, path);
    expect(restored.header).toEqual(header);
    expect(restored.keptAt).toMatch(/pulsemq\.db\.replaced-\d{8}T\d{6}$/);
    expect([await settingOf(path), await settingOf(restored.keptAt!)]).toEqual([undefined, 'yes']);
  });

  test('refuses a damaged backup, and touches nothing', async () => {
    const { folder, path, backup } = await stopped();
    const whole = readFileSync(backup);
    const flipped = Buffer.from(whole);
    flipped[flipped.length - 5_000]! ^= 1;
    // SQLite removes its own two files when the last handle of the stopped broker is gone, which may be later than here.
    const names = (): string[] =>
      readdirSync(folder)
        .filter((name) => !/-(shm|wal)$/.test(name))
        .sort();
    const before = names();
    for (const [bytes, text] of [
      [whole.subarray(0, -1), /it is damaged: it has \d+ bytes, and must have \d+$/],
      [Buffer.concat([whole, Buffer.of(0)]), /it is damaged: it has \d+ bytes, and must have \d+$/],
      [flipped, /it is damaged: its checksum is wrong$/],
      [Buffer.alloc(0), /it is not a backup$/],
      [whole.subarray(whole.indexOf('\n') + 1), /it is not a backup$/],
      [Buffer.from('PMQBACKUP1 {}\n'), /it is damaged: its first line cannot be read$/],
    ] as const) {
      writeFileSync(backup, bytes);
      for (const work of [verifyBackup, (file: string) => restoreBackup(file, path)]) {
        const error = await work(backup).catch((thrown: Error) => thrown);
        expect(error).toMatchObject({ name: 'BackupError', message: expect.stringMatching(text) });
        expect((error as Error).message).toContain(`${backup} cannot be restored: `);
      }
    }
    expect([names(), await settingOf(path)]).toEqual([before, 'yes']);
  });

  test('refuses a backup of a newer version, whatever else it holds', async () => {
    const { path, backup } = await stopped();
    const bytes = readFileSync(backup);
    const end = bytes.indexOf('\n');
    const header = JSON.parse(bytes.toString('utf8', 'PMQBACKUP1 '.length, end));
    const line = `PMQBACKUP1 ${JSON.stringify({ ...header, version: '9.9.9', schema: '9999-later' })}`;
    writeFileSync(backup, Buffer.concat([Buffer.from(line), bytes.subarray(end)]));
    await expect(restoreBackup(backup, path)).rejects.toThrow(
      /PulseMQ 9\.9\.9 made it with the schema 9999-later, and this version knows the schema up to \d{4}-/,
    );
    expect(await settingOf(path)).toBe('yes');
  });
});
