import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PulseMQClient } from '@pulsemq/client';
import { lastingPorts } from '../../../broker/test/engine/lasting-ports.js';

const command = fileURLToPath(new URL('../../../cli/bin/pulsemq.js', import.meta.url));

/** `pulsemq demo --serve` in a folder of its own. */
export class Demo {
  readonly #folder = mkdtempSync(join(tmpdir(), 'pulsemq-demo-'));
  readonly #pubPort: number;
  #adminPort = 0;
  #child: ChildProcess | undefined;

  private constructor(pubPort: number) {
    this.#pubPort = pubPort;
  }

  static async start(): Promise<Demo> {
    const demo = new Demo(await lastingPorts());
    await demo.up();
    return demo;
  }

  /** Starts it; a second time on the ports of the first time. */
  async up(): Promise<void> {
    const ports = ['--pub-port', String(this.#pubPort), '--admin-port', String(this.#adminPort)];
    const child = spawn(process.execPath, [command, 'demo', '--serve', ...ports], {
      cwd: this.#folder,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    this.#child = child;
    let printed = '';
    for await (const chunk of child.stdout) {
      printed += chunk;
      if (printed.includes('price board on')) break;
    }
    this.#adminPort = Number(/price board on http:\/\/127\.0\.0\.1:(\d+)/.exec(printed)?.[1]);
  }

  /** The address that it prints. */
  get boardAddress(): string {
    return `http://127.0.0.1:${this.#adminPort}/examples/board/`;
  }

  /** The board at another origin, on the publisher port: a browser gives it a process of its own. */
  get otherBoardAddress(): string {
    return `http://localhost:${this.#adminPort}/examples/board/?port=${this.#pubPort}`;
  }

  /** A client of its administrator, connected. */
  async client(): Promise<PulseMQClient> {
    const options = { host: '127.0.0.1', pubPort: this.#pubPort, username: 'admin', token: this.token };
    const client = new PulseMQClient(options);
    await client.connect();
    return client;
  }

  get token(): string {
    const { token } = JSON.parse(readFileSync(join(this.#folder, '.pulsemq_admin'), 'utf8')) as { token: string };
    return token;
  }

  /** Ends the process with SIGKILL. */
  async kill(): Promise<void> {
    const child = this.#child;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    await this.kill();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
