import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ticketPrefix } from '@pulsemq/protocol';
import { onTestFinished } from 'vitest';
import { WirePeer } from '../../broker/test/engine/wire-peer.js';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

const command = fileURLToPath(new URL('../bin/pulsemq.js', import.meta.url));

/** Flags that take free ports of the loopback interface. */
export const freePorts = ['--host', '127.0.0.1', '--pub-port', '0', '--admin-port', '0'];

/** A folder that is removed after the test. */
export function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'pulsemq-cli-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Runs a command that ends by itself, and blocks until then. */
export const run = (args: string[], cwd = folder()) =>
  spawnSync(process.execPath, [command, ...args], { cwd, encoding: 'utf8', timeout: 15_000 });

/** What a command is called with. */
export interface CallOptions {
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
  /** All of its standard input; without it, standard input stays open. */
  readonly input?: string | Uint8Array;
  /** Runs it at a terminal: both outputs appear as `stdout`, and what is written to `stdin` is typed. */
  readonly terminal?: boolean;
}

/** Quotes a word for a shell. */
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;

/** The program to start, and its arguments. `script` provides a terminal and passes on the exit code. */
function startOf(args: readonly string[], terminal: boolean): [string, string[]] {
  if (!terminal) return [process.execPath, [command, ...args]];
  return ['script', ['-qec', [process.execPath, command, ...args].map(quoted).join(' '), '/dev/null']];
}

/** A command in a process of its own. */
export class CalledCommand {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  /** Exit code, or the signal that ended it; resolves once its output is complete. */
  readonly ended: Promise<number | string>;
  readonly startedMs = performance.now();

  constructor(args: readonly string[], { cwd = folder(), env = {}, input, terminal = false }: CallOptions = {}) {
    this.child = spawn(...startOf(args, terminal), {
      cwd,
      env: { ...cleanEnvironment(cwd), ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    onTestFinished(() => {
      this.child.kill('SIGKILL');
    });
    this.ended = once(this.child, 'close').then(([code, signal]) => code ?? signal);
    this.child.stdout?.setEncoding('utf8').on('data', (chunk) => {
      this.stdout += chunk;
    });
    this.child.stderr?.setEncoding('utf8').on('data', (chunk) => {
      this.stderr += chunk;
    });
    // A command that ends before it has read its whole input breaks the pipe.
    this.child.stdin?.on('error', () => {});
    if (input !== undefined) this.child.stdin?.end(input);
  }

  /** Resolves when an output contains the text. */
  async says(text: string, where: 'stdout' | 'stderr' = 'stderr'): Promise<void> {
    while (!this[where].includes(text)) {
      const next = await Promise.race([once(this.child[where]!, 'data'), this.ended]);
      if (!Array.isArray(next) && !this[where].includes(text)) {
        throw new Error(`ended with ${next} before it said ${JSON.stringify(text)}: ${this.stderr}`);
      }
    }
  }

  /** Waits for its end. */
  async result(): Promise<{ status: number | string; stdout: string; stderr: string }> {
    const status = await this.ended;
    return { status, stdout: this.stdout, stderr: this.stderr };
  }
}

/** The environment without settings of this machine; contexts and log-ins are in the folder of the test. */
const cleanEnvironment = (cwd: string): NodeJS.ProcessEnv => ({
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      ([name]) => !/^(PULSEMQ_|NO_COLOR$|FORCE_COLOR$|CI$|XDG_CONFIG_HOME$)/.test(name),
    ),
  ),
  PULSEMQ_CONFIG_DIR: join(cwd, 'config'),
});

/** Calls a command without input and waits for its end, without blocking the event loop. */
export const call = (args: readonly string[], options: CallOptions = {}) =>
  new CalledCommand(args, { input: '', ...options }).result();

/** A broker in a process of its own, started by the command. */
export class RunningCommand {
  readonly child: ChildProcess;
  readonly cwd: string;
  stdout = '';
  stderr = '';
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;

  private constructor(child: ChildProcess, cwd: string) {
    this.child = child;
    this.cwd = cwd;
    this.ended = once(child, 'exit').then(([code, signal]) => code ?? signal);
    child.stdout?.on('data', (chunk) => {
      this.stdout += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      this.stderr += chunk;
    });
  }

  /** A broker that is killed after the test. Resolves when the banner has been printed. */
  static async start(args = freePorts, cwd = folder(), env: NodeJS.ProcessEnv = {}): Promise<RunningCommand> {
    const running = await RunningCommand.open(args, cwd, env);
    onTestFinished(() => running.kill());
    return running;
  }

  /** A broker for all tests of a file, which must kill it and own the folder. */
  static async open(args: readonly string[], cwd: string, env: NodeJS.ProcessEnv = {}): Promise<RunningCommand> {
    const child = spawn(process.execPath, [command, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const running = new RunningCommand(child, cwd);
    while (!running.stdout.includes('/health')) {
      const next = await Promise.race([once(child.stdout!, 'data'), running.ended]);
      if (!Array.isArray(next)) throw new Error(`ended with ${next}: ${running.stderr}`);
    }
    return running;
  }

  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** The port in a line of the banner. */
  port(label: 'PUB(XSUB)' | 'SUB(XPUB)' | 'Admin'): number {
    const line = this.stdout.split('\n').find((one) => one.trimStart().startsWith(label));
    return Number(/:(\d+)$/.exec(line ?? '')?.[1]);
  }

  /** Starts a command for this broker, in the folder that has the credentials of the first admin. */
  command(args: readonly string[], options: CallOptions = {}): CalledCommand {
    return new CalledCommand(args, { cwd: this.cwd, ...options, env: { ...this.environment, ...options.env } });
  }

  /** Calls a command for this broker, without input, and waits for its end. */
  run(args: readonly string[], options: CallOptions = {}) {
    return this.command(args, { input: '', ...options }).result();
  }

  /** The environment variables that lead a command to this broker. */
  get environment(): NodeJS.ProcessEnv {
    return {
      PULSEMQ_HOST: '127.0.0.1',
      PULSEMQ_PUB_PORT: String(this.port('PUB(XSUB)')),
      PULSEMQ_SUB_PORT: String(this.port('SUB(XPUB)')),
      PULSEMQ_ADMIN_URL: `http://127.0.0.1:${this.port('Admin')}`,
    };
  }

  /** The first admin's credentials. */
  get admin(): { username: string; password: string; token: string } {
    return JSON.parse(readFileSync(join(this.cwd, '.pulsemq_admin'), 'utf8'));
  }

  call(method: string, path: string, body?: unknown, jwt?: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port('Admin')}${path}`, {
      method,
      headers: {
        ...(jwt !== undefined && { authorization: `Bearer ${jwt}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  /** Logs in as the admin. Returns the token of the log-in. */
  async logIn(): Promise<string> {
    const { username, password } = this.admin;
    const { token } = (await (await this.call('POST', '/login', { username, password })).json()) as { token: string };
    return token;
  }

  /** A request connection, authenticated as the admin. */
  async wire(): Promise<WirePeer & { ticket: string }> {
    const peer = await WirePeer.open(this.port('PUB(XSUB)'), { socketType: 'DEALER' });
    onTestFinished(async () => {
      await peer.close();
    });
    const { body } = await peer.auth(this.admin.username, this.admin.token);
    if (body.status !== 'AUTH_OK') throw new Error(JSON.stringify(body));
    return Object.assign(peer, { ticket: String(body.ticket) });
  }

  /** A subscriber connection, bound to the session of a ticket. */
  async bound({ ticket }: { ticket: string }): Promise<WirePeer> {
    const peer = await WirePeer.open(this.port('SUB(XPUB)'), { socketType: 'XSUB' });
    onTestFinished(async () => {
      await peer.close();
    });
    peer.subscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket)]));
    await peer.delivery();
    return peer;
  }
}
