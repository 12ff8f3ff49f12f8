import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminApi } from '../peers/admin-api.js';
import { freePort, stopProcess } from '../peers/process.js';
import { repositoryRoot } from '../peers/pulsemq.js';
import type { PeerAddress } from '../wire/peer-wire.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';

/** How often a starting broker is asked whether it is ready, and for how long. */
const lookMs = 5;
const readyTimeoutMs = 120_000;

/** A broker that keeps history, in a process and a folder of its own. It is stopped and started again over the same journal. */
export class JournalBroker {
  readonly #folder = mkdtempSync(join(tmpdir(), 'bench-journal-'));
  #child: ChildProcess | null = null;
  #address: PeerAddress | null = null;

  get address(): PeerAddress {
    return this.#address!;
  }

  /** Bytes of the journal on the disk: segments and indexes. */
  get journalBytes(): number {
    const folder = join(this.#folder, 'journal');
    return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  }

  /** Starts it for the first time, and makes its namespace and its user. `maxBytes`: what retention leaves of the journal. */
  async prepare(maxBytes: number): Promise<void> {
    const [pubPort, subPort, adminPort] = [await freePort(), await freePort(), await freePort()];
    const config = {
      server: { host: '127.0.0.1', pub_port: pubPort, sub_port: subPort, admin_port: adminPort },
      journal: { max_bytes: maxBytes },
      logging: { level: 'error' },
    };
    // JSON is YAML, too.
    writeFileSync(join(this.#folder, 'config.json'), JSON.stringify(config));
    this.#address = { pubPort, subPort, admin: { port: adminPort, username: '', password: '' } };
    await this.start();
    const { username, password } = JSON.parse(readFileSync(join(this.#folder, '.pulsemq_admin'), 'utf8')) as {
      username: string;
      password: string;
    };
    const admin = { port: adminPort, username, password };
    this.#address = { pubPort, subPort, admin, token: await makeNamespace(await AdminApi.logIn(admin)) };
  }

  /** Starts the process. Resolves with the milliseconds until `/ready` answered 200. */
  async start(): Promise<number> {
    const startMs = performance.now();
    const command = join(repositoryRoot, 'packages/cli/bin/pulsemq.js');
    const words = [...profileWords(), command, 'serve', '--config', 'config.json'];
    this.#child = spawn(process.execPath, words, { cwd: this.#folder, stdio: ['ignore', 'ignore', 'inherit'] });
    while (!(await this.#isReady())) {
      if (this.#child.exitCode !== null) throw new Error(`the broker exited with code ${this.#child.exitCode}`);
      if (performance.now() - startMs > readyTimeoutMs)
        throw new Error(`the broker is not ready after ${readyTimeoutMs} ms`);
      await pause(lookMs);
    }
    return performance.now() - startMs;
  }

  /** Ends the process in order: every segment gets its index. */
  async stop(): Promise<void> {
    const child = this.#child!;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    const [code] = await exited;
    if (code !== 0) throw new Error(`the broker ended with code ${code}`);
  }

  /** Ends the process at once. */
  async kill(): Promise<void> {
    if (this.#child !== null) await stopProcess(this.#child);
  }

  /** Ends the process and removes the folder. */
  async remove(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #isReady(): Promise<boolean> {
    try {
      return (await fetch(`http://127.0.0.1:${this.address.admin!.port}/ready`)).status === 200;
    } catch {
      // It does not listen yet. `start` gives up after a time.
      return false;
    }
  }
}

/** Makes the namespace of the suite, with history and last values, and its user. Resolves with the token of the user. */
async function makeNamespace(api: AdminApi): Promise<string> {
  const namespace = { name: benchNamespace, history: true, keep_last_value: true };
  const { id } = await api.post<{ id: number }>('/api/namespaces', namespace);
  const user = await api.post<{ id: number; token: string }>('/api/users', { username: benchUsername });
  await api.post(`/api/namespaces/${id}/permissions`, { user_id: user.id, role: 'pub' });
  return user.token;
}

/** Node writes a CPU profile of each thread into the folder of BENCH_PROFILE, if there is one. */
function profileWords(): string[] {
  const folder = process.env.BENCH_PROFILE;
  return folder === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', folder];
}
