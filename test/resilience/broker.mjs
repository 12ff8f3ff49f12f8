// The broker in a process of its own. It can be killed and started again, with the same ports and the same folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { endWithUs } from './end-with-us.mjs';

const usualLimits = '  max_sessions_per_user: 2000\n  max_subscriptions_per_session: 10000\n';
const command = fileURLToPath(new URL('../../packages/cli/bin/pulsemq.js', import.meta.url));

/**
 * Three free ports, below the range from which the kernel takes ports of outgoing connections: those could take them meanwhile. At random,
 * so that two brokers that start at the same time do not find the same.
 */
export async function freePorts() {
  for (let port = 21_000 + 3 * Math.floor(Math.random() * 3_000); ; port += 3) {
    const servers = [0, 1, 2].map((offset) => createServer().listen(port + offset, '127.0.0.1'));
    const isFree = await Promise.all(
      servers.map((server) =>
        once(server, 'listening').then(
          () => true,
          () => false,
        ),
      ),
    );
    for (const server of servers) server.close();
    if (isFree.every(Boolean)) return port;
  }
}

export class Broker {
  #child = null;
  #nodeArguments;
  #descriptorCount;
  #before;

  /**
   * `nodeArguments` come before the command; `descriptorCount` is the limit of open files of its process; `limits` are the lines
   * of that section of the configuration, `config` is YAML with further sections, `adminFile`
   * the account of another broker with the same database; `host` is where it listens, and `before` are words before the whole command.
   */
  constructor(
    port,
    {
      nodeArguments = [],
      descriptorCount,
      config = '',
      limits = usualLimits,
      logLevel = 'warn',
      adminFile,
      host = '127.0.0.1',
      before = [],
    } = {},
  ) {
    this.host = host;
    this.#before = before;
    this.#nodeArguments = nodeArguments;
    this.#descriptorCount = descriptorCount;
    this.pubPort = port;
    this.folder = mkdtempSync(join(tmpdir(), 'pulsemq-resilience-'));
    const server = `server:\n  host: ${host}\n  pub_port: ${port}\n  sub_port: ${port + 1}\n  admin_port: ${port + 2}\n`;
    writeFileSync(
      join(this.folder, 'config.yaml'),
      `${server}limits:\n${limits}logging:\n  level: ${logLevel}\n${config}`,
    );
    if (adminFile !== undefined) copyFileSync(adminFile, join(this.folder, '.pulsemq_admin'));
  }

  /** `port`: the first of its three; by default free ones are found. */
  static async start({ port, ...options } = {}) {
    const broker = new Broker(port ?? (await freePorts()), options);
    await broker.start();
    return broker;
  }

  /** Resolves when the broker accepts connections. Throws where it exits before. */
  async start() {
    const words = [
      ...this.#before,
      process.execPath,
      ...this.#nodeArguments,
      command,
      'serve',
      '--config',
      'config.yaml',
    ];
    const limit = this.#descriptorCount === undefined ? '' : `ulimit -n ${this.#descriptorCount}; `;
    const options = { cwd: this.folder, stdio: ['ignore', 'pipe', 'inherit'] };
    this.#child = spawn('sh', ['-c', `${limit}exec "$@"`, 'sh', ...words], options);
    endWithUs(this.#child);
    let banner = '';
    for await (const chunk of this.#child.stdout) {
      banner += chunk;
      if (banner.includes('Health')) break;
    }
    if (!banner.includes('Health')) throw new Error(`the broker exited at its start; it printed "${banner}"`);
    const { username, token, password } = JSON.parse(readFileSync(join(this.folder, '.pulsemq_admin'), 'utf8'));
    this.account = { username, token };
    this.password = password;
  }

  /** Rejects when the process ends. */
  async untilDeath() {
    const [code, signal] = await once(this.#child, 'exit');
    throw new Error(`the broker has ended with ${signal ?? code}`);
  }

  get pid() {
    return this.#child.pid;
  }

  /** Resolves with the exit code, or the name of the signal, when the process has ended. */
  async ended() {
    if (this.#child.exitCode === null && this.#child.signalCode === null) await once(this.#child, 'exit');
    return this.#child.exitCode ?? this.#child.signalCode;
  }

  /** Sends SIGTERM. Resolves with the exit code, and how long the end took. */
  async terminate() {
    const startMs = performance.now();
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    const [code, signal] = await exited;
    return { code: code ?? signal, tookMs: performance.now() - startMs };
  }

  /** Calls the HTTP API as the first admin and returns the JSON of the answer. */
  async call(method, path, body) {
    if (path !== '/login')
      this.jwt ??= (
        await this.call('POST', '/login', { username: this.account.username, password: this.password })
      ).token;
    const headers = {
      'content-type': 'application/json',
      ...(this.jwt === undefined ? {} : { authorization: `Bearer ${this.jwt}` }),
    };
    const response = await fetch(`http://${this.host}:${this.pubPort + 2}${path}`, {
      method,
      headers,
      body: JSON.stringify(body),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response.json();
  }

  async kill() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  /** Kills the broker and removes its folder. */
  async end() {
    await this.kill();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Options of a client: address and account of the first admin. */
  get options() {
    return { host: this.host, pubPort: this.pubPort, ...this.account };
  }
}
