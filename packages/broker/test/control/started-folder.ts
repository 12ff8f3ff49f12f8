import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hash } from '@node-rs/argon2';
// The built one: its engine and its password thread are files that Node loads by itself.
import { PulseMQServer } from '@pulsemq/broker';
import { openSqlite } from '../../dist/control/store/sqlite/open-sqlite.js';

/** What a first start and a log-in leave behind. */
interface StartedFolder {
  readonly files: readonly { readonly name: string; readonly bytes: Buffer }[];
  /** The admin's log-in. */
  readonly jwt: string;
}

/** Made once for all tests of this process: a first start takes longer than most of them. */
let made: Promise<StartedFolder> | undefined;

/**
 * Puts into a folder what a broker with the default settings leaves there after its first start: the database and the admin's
 * credentials. Answers a log-in of the admin that counts there.
 */
export async function fillStartedFolder(folder: string): Promise<string> {
  made ??= start();
  const { files, jwt } = await made;
  for (const { name, bytes } of files) writeFileSync(join(folder, name), bytes, { mode: 0o600 });
  return jwt;
}

async function start(): Promise<StartedFolder> {
  const folder = mkdtempSync(join(tmpdir(), 'pulsemq-started-'));
  const config = { server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 } };
  const server = new PulseMQServer({ config, workingDirectory: folder, console: null });
  try {
    const { adminPort } = await server.start();
    const { username, password } = JSON.parse(readFileSync(join(folder, '.pulsemq_admin'), 'utf8'));
    const jwt = await logIn(adminPort, username, password);
    await server.stop();
    await cheapen(join(folder, 'pulsemq.db'), password);
    const names = readdirSync(folder).filter((name) => /^(pulsemq\.db|\.pulsemq_admin)/.test(name));
    return { files: names.map((name) => ({ name, bytes: readFileSync(join(folder, name)) })), jwt };
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function logIn(adminPort: number, username: string, password: string): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${adminPort}/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  return ((await response.json()) as { token: string }).token;
}

/** The hash of the same password with the least effort argon2 knows: a hash says itself what it takes, and tests log in often. */
async function cheapen(databasePath: string, password: string): Promise<void> {
  const store = await openSqlite(databasePath);
  const passwordHash = await hash(password, { memoryCost: 8, timeCost: 1, parallelism: 1 });
  await store.users.update(1, { passwordHash });
  await store.close();
}
