import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { runCommand } from '../src/run-command.js';
import { folder } from './running-command.js';

/** What a command is called with. */
export interface InProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** All of its standard input; without it `stdin` stays open. */
  readonly input?: string | Uint8Array;
}

/** A command that runs in the process of the test. It ends with the test. */
export class InProcessCommand {
  readonly stdin = new PassThrough();
  readonly #outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  readonly #signals = new EventEmitter();
  stdout = '';
  stderr = '';
  /** The exit code. */
  readonly ended: Promise<number>;
  /** The exit codes with which the command would have ended the process. */
  readonly forcedEnds: number[] = [];

  constructor(args: readonly string[], { cwd = folder(), env = {}, input }: InProcessOptions = {}) {
    for (const name of ['stdout', 'stderr'] as const) {
      this.#outputs[name].setEncoding('utf8').on('data', (chunk) => {
        this[name] += chunk;
      });
    }
    if (input !== undefined) this.stdin.end(input);
    this.ended = runCommand(args, {
      stdin: this.stdin,
      ...this.#outputs,
      env: { PULSEMQ_CONFIG_DIR: `${cwd}/config`, ...env },
      cwd,
      signals: this.#signals,
      exit: (code) => {
        this.forcedEnds.push(code);
      },
    });
    onTestFinished(async () => {
      this.signal('SIGTERM');
      await this.ended;
    });
  }

  /** What `kill` does to a process; false when the command no longer listens. */
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): boolean {
    return this.#signals.emit(name);
  }

  /** What the operating system does when the reader of standard output leaves. */
  closeReader(): void {
    this.#outputs.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  }

  /** Resolves when a text stands on one of the outputs. */
  async says(text: string, where: 'stdout' | 'stderr' = 'stderr'): Promise<void> {
    while (!this[where].includes(text)) {
      const next = await Promise.race([once(this.#outputs[where], 'data'), this.ended]);
      if (!Array.isArray(next) && !this[where].includes(text)) {
        throw new Error(`ended with ${next} before it said ${JSON.stringify(text)}: ${this.stderr}`);
      }
    }
  }

  /** Waits for its end. */
  async result(): Promise<{ status: number; stdout: string; stderr: string }> {
    const status = await this.ended;
    return { status, stdout: this.stdout, stderr: this.stderr };
  }
}

/** Calls a command without input and waits for its end. */
export const callInProcess = (args: readonly string[], options: InProcessOptions = {}) =>
  new InProcessCommand(args, { input: '', ...options }).result();
