import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { BrokerAddresses } from '../../src/control/banner.js';
import type { ConfigInput } from '../../src/control/config/config-schema.js';
import { WirePeer } from '../engine/wire-peer.js';

const script = fileURLToPath(new URL('broker-child.mjs', import.meta.url));

/** Name, password and token of a first admin. */
export interface FirstAdmin {
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

/** What an HTTP call answered. */
export interface Called {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

/** A broker as a process of its own, on a database that it may share. */
export class BrokerProcess {
  readonly folder: string;
  readonly addresses: BrokerAddresses;
  readonly #process: ChildProcess;
  readonly #log: string[];
  #jwt = '';

  private constructor(folder: string, addresses: BrokerAddresses, process: ChildProcess, log: string[]) {
    this.folder = folder;
    this.addresses = addresses;
    this.#process = process;
    this.#log = log;
  }

  /** Runs until the test is over. */
  static async start(url: string, name: string, more: ConfigInput = {}): Promise<BrokerProcess> {
    const opening = BrokerProcess.open(url, name, more);
    onTestFinished(async () => (await opening).close());
    return opening;
  }

  /** Runs until `close`: for a file of tests. */
  static async open(url: string, name: string, more: ConfigInput = {}): Promise<BrokerProcess> {
    const folder = mkdtempSync(join(tmpdir(), 'pulsemq-broker-'));
    const config: ConfigInput = {
      ...more,
      server: { host: '127.0.0.1', pub_port: 0, admin_port: 0 },
      storage: { driver: 'postgres', url, broker_name: name },
    };
    const child = spawn(process.execPath, [script, JSON.stringify(config), folder], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const log: string[] = [];
    child.stderr!.setEncoding('utf8').on('data', (text: string) => log.push(text));
    const ended = once(child, 'exit').then(() => Promise.reject(new Error(`the broker ended: ${log.join('')}`)));
    ended.catch(() => {});
    const [line] = (await Promise.race([once(child.stdout!, 'data'), ended])) as [Buffer];
    return new BrokerProcess(folder, JSON.parse(line.toString()), child, log);
  }

  get log(): string {
    return this.#log.join('');
  }

  /** Undefined when another broker made the first admin. */
  get firstAdmin(): FirstAdmin | undefined {
    const path = join(this.folder, '.pulsemq_admin');
    return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined;
  }

  /** Logs in; later calls have this log-in. */
  async logIn({ username, password }: Pick<FirstAdmin, 'username' | 'password'>): Promise<string> {
    const { token } = await this.ok<{ token: string }>('POST', '/login', { username, password });
    this.#jwt = token;
    return token;
  }

  /** Later calls have this log-in, which another broker may have given. */
  useLogIn(jwt: string): void {
    this.#jwt = jwt;
  }

  async call(method: string, path: string, body?: unknown, jwt = this.#jwt): Promise<Called> {
    const response = await fetch(`http://127.0.0.1:${this.addresses.adminPort}${path}`, {
      method,
      headers: {
        ...(jwt === '' ? {} : { authorization: `Bearer ${jwt}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text) };
  }

  /** The body of a call that must succeed. */
  async ok<Body = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.call(method, path, body);
    if (answer.status >= 300) throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body as Body;
  }

  /** A request connection, and what its log-in was answered. */
  async wire(username: string, token: string): Promise<{ peer: WirePeer; body: Record<string, unknown> }> {
    const peer = await WirePeer.open(this.addresses.pubPort, { socketType: 'DEALER' });
    onTestFinished(() => void peer.close());
    return { peer, body: (await peer.auth(username, token)).body };
  }

  /** Kills it, and removes its folder. */
  async close(): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Ends it as a supervisor does. Resolves when it has gone. */
  async stop(): Promise<void> {
    this.#process.kill('SIGTERM');
    await once(this.#process, 'exit');
  }
}
