import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PulseMQClient } from '@pulsemq/client';

const command = fileURLToPath(new URL('../../../cli/bin/pulsemq.js', import.meta.url));

/** Sections of config.yaml; JSON is YAML. */
export type BrokerSettings = Readonly<
  Record<string, Readonly<Record<string, string | number | boolean | readonly string[]>>>
>;

export interface Credentials {
  readonly username: string;
  readonly password: string;
  readonly token: string;
}

/** A broker as an operator starts it: a process with its own folder. */
export class Broker {
  readonly folder: string;
  readonly #settings: BrokerSettings;
  #child: ChildProcess | undefined;
  #printed = '';
  #ports = { pub: 0, admin: 0 };
  #jwt: string | undefined;
  #chosenPassword: string | undefined;

  private constructor(settings: BrokerSettings) {
    this.folder = mkdtempSync(join(tmpdir(), 'pulsemq-console-'));
    this.#settings = settings;
  }

  /** Starts a broker on free ports of the loopback interface. */
  static async start(settings: BrokerSettings = {}): Promise<Broker> {
    const broker = new Broker(settings);
    await broker.up();
    return broker;
  }

  /** Starts a broker, chooses the password of its administrator, and creates the namespace `market_data`. */
  static async ready(namespace: Record<string, unknown> = {}): Promise<Broker> {
    const broker = await Broker.start();
    await broker.choosePassword('a password of noon');
    await broker.call('POST', '/api/namespaces', { name: 'market_data', ...namespace });
    return broker;
  }

  /** Starts the process on other free ports: those of the first time may have been taken since. */
  async upElsewhere(): Promise<void> {
    this.#ports = { pub: 0, admin: 0 };
    await this.up();
  }

  /** Starts the process; a second time on the ports of the first time. */
  async up(): Promise<void> {
    const server = { host: '127.0.0.1', pub_port: this.#ports.pub, admin_port: this.#ports.admin };
    writeFileSync(join(this.folder, 'config.yaml'), JSON.stringify({ ...this.#settings, server }));
    const child = spawn(process.execPath, [command, 'serve', '--config', 'config.yaml'], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#printed = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (this.#printed += chunk));
    const ended = once(child, 'exit');
    while (!this.#printed.includes('/health')) {
      const isEnded = await Promise.race([once(child.stdout, 'data').then(() => false), ended.then(() => true)]);
      if (isEnded) throw new Error(`the broker ended at once: ${this.#printed}`);
    }
    this.#ports = { pub: this.#portAfter('PUB(XSUB)'), admin: this.#portAfter('Admin') };
  }

  /** Ends the process with SIGKILL, as a loss of power does. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
    this.#jwt = undefined;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #portAfter(label: string): number {
    const line = this.#printed.split('\n').find((one) => one.trimStart().startsWith(label));
    return Number(/:(\d+)$/.exec(line ?? '')?.[1]);
  }

  get address(): string {
    return `http://127.0.0.1:${this.#ports.admin}`;
  }

  get pubPort(): number {
    return this.#ports.pub;
  }

  get subPort(): number {
    return this.#ports.pub + 1;
  }

  /** The first administrator, from the file the broker wrote, with the password that was chosen since. */
  get admin(): Credentials {
    const written = JSON.parse(readFileSync(join(this.folder, '.pulsemq_admin'), 'utf8')) as Credentials;
    return { ...written, password: this.#chosenPassword ?? written.password };
  }

  /** Replaces the generated password; the console would ask for that at the first log-in. */
  async choosePassword(password: string): Promise<void> {
    const body = { current_password: this.admin.password, new_password: password };
    const { token } = await this.call<{ token: string }>('POST', '/api/auth/password', body);
    this.#jwt = token;
    this.#chosenPassword = password;
  }

  /** A story replaced the password in the page. */
  chosePassword(password: string): void {
    this.#jwt = undefined;
    this.#chosenPassword = password;
  }

  /** Logs in as the first administrator. */
  async logIn(): Promise<{ token: string; expires_at: string }> {
    const { username, password } = this.admin;
    const response = await fetch(`${this.address}/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username, password }),
    });
    if (!response.ok) throw new Error(`POST /login: ${response.status} ${await response.text()}`);
    return (await response.json()) as { token: string; expires_at: string };
  }

  /** One request of the administrator. Throws with the answer when the broker refuses it. */
  async fetch(method: string, path: string, body?: unknown): Promise<Response> {
    this.#jwt ??= (await this.logIn()).token;
    const response = await fetch(this.address + path, {
      method,
      headers: {
        authorization: `Bearer ${this.#jwt}`,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  /** One request of the administrator: the JSON of its answer, or its text. */
  async call<Reply>(method: string, path: string, body?: unknown): Promise<Reply> {
    const response = await this.fetch(method, path, body);
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    return (await (isJson ? response.json() : response.text())) as Reply;
  }

  /** A connected client of the SDK. */
  async client(username: string, token: string): Promise<PulseMQClient> {
    const client = new PulseMQClient({ host: '127.0.0.1', pubPort: this.pubPort, username, token });
    await client.connect();
    return client;
  }
}
