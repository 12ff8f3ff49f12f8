import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ticketPrefix } from '@pulsemq/protocol';
import { onTestFinished } from 'vitest';
import { engineInThread } from '../../broker/test/control/engine-in-thread.js';
import { RunningServer } from '../../broker/test/control/running-server.js';
import { WirePeer } from '../../broker/test/engine/wire-peer.js';
import { CalledCommand, type CallOptions, commandFile, folder, freePorts } from './called-command.js';
import { InProcessCommand, type InProcessOptions } from './in-process-command.js';

/** The ports of a broker. */
interface Ports {
  readonly pubPort: number;
  readonly subPort: number;
  readonly adminPort: number;
}

/** A broker on free ports of this machine, and the folder that has the credentials of its first admin. */
export abstract class TestBroker {
  abstract readonly ports: Ports;
  readonly cwd: string;

  constructor(cwd: string) {
    this.cwd = cwd;
  }

  /** Starts a command for this broker in the process of the test. */
  command(args: readonly string[], options: InProcessOptions = {}): InProcessCommand {
    return new InProcessCommand(args, this.#callOf(options));
  }

  /** Starts a command for this broker in a process of its own: for terminals, and for signals that a process gets. */
  spawned(args: readonly string[], options: CallOptions = {}): CalledCommand {
    return new CalledCommand(args, this.#callOf(options));
  }

  /** Calls a command for this broker in the process of the test, without input, and waits for its end. */
  run(args: readonly string[], options: InProcessOptions = {}) {
    return this.command(args, { input: '', ...options }).result();
  }

  #callOf<Options extends InProcessOptions>(options: Options): Options & { cwd: string } {
    return { cwd: this.cwd, ...options, env: { ...this.environment, ...options.env } };
  }

  /** The environment variables that lead a command to this broker. */
  get environment(): Record<string, string> {
    return {
      PULSEMQ_HOST: '127.0.0.1',
      PULSEMQ_PUB_PORT: String(this.ports.pubPort),
      PULSEMQ_SUB_PORT: String(this.ports.subPort),
      PULSEMQ_ADMIN_URL: `http://127.0.0.1:${this.ports.adminPort}`,
    };
  }

  /** The first admin's credentials. */
  get admin(): { username: string; password: string; token: string } {
    return JSON.parse(readFileSync(join(this.cwd, '.pulsemq_admin'), 'utf8'));
  }

  call(
    method: string,
    path: string,
    body?: unknown,
    jwt?: string,
    signal: AbortSignal | null = null,
  ): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.ports.adminPort}${path}`, {
      method,
      signal,
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
    const peer = await WirePeer.open(this.ports.pubPort, { socketType: 'DEALER' });
    onTestFinished(async () => {
      await peer.close();
    });
    const { body } = await peer.auth(this.admin.username, this.admin.token);
    if (body.status !== 'AUTH_OK') throw new Error(JSON.stringify(body));
    return Object.assign(peer, { ticket: String(body.ticket) });
  }

  /** A subscriber connection, bound to the session of a ticket. */
  async bound({ ticket }: { ticket: string }): Promise<WirePeer> {
    const peer = await WirePeer.open(this.ports.subPort, { socketType: 'XSUB' });
    onTestFinished(async () => {
      await peer.close();
    });
    peer.subscribe(Buffer.concat([ticketPrefix, Buffer.from(ticket)]));
    await peer.delivery();
    return peer;
  }
}

/** A broker in the process of the test, for tests of other commands. */
export class RunningBroker extends TestBroker {
  readonly ports: Ports;

  private constructor(cwd: string, ports: Ports) {
    super(cwd);
    this.ports = ports;
  }

  /** Starts a broker that is stopped after the test. */
  static async start(): Promise<RunningBroker> {
    const { folder, server } = await RunningServer.start({}, undefined, { engine: engineInThread });
    return new RunningBroker(folder, server.addresses);
  }
}

/** A broker in a process of its own, started by the command. */
export class RunningCommand extends TestBroker {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | string>;

  private constructor(child: ChildProcess, cwd: string) {
    super(cwd);
    this.child = child;
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
    const child = spawn(process.execPath, [commandFile, ...args], {
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

  get ports(): Ports {
    return { pubPort: this.#port('PUB(XSUB)'), subPort: this.#port('SUB(XPUB)'), adminPort: this.#port('Admin') };
  }

  /** The port in a line of the banner. */
  #port(label: string): number {
    const line = this.stdout.split('\n').find((one) => one.trimStart().startsWith(label));
    return Number(/:(\d+)$/.exec(line ?? '')?.[1]);
  }
}
