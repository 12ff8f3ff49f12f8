import { EventEmitter, once } from 'node:events';
import { PassThrough } from 'node:stream';
import { onTestFinished } from 'vitest';
import { runCommand } from '../src/run-command.js';
import { folder } from './called-command.js';

/** What a command is called with. */
export interface InProcessOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** All of its standard input; without it, standard input stays open. */
  readonly input?: string | Uint8Array;
}

/** A command in the process of the test. It is stopped after the test. */
export class InProcessCommand {
  readonly stdin = new PassThrough();
  readonly #outputs = { stdout: new PassThrough(), stderr: new PassThrough() };
  readonly #signals = new EventEmitter();
  stdout = '';
  stderr = '';
  /** The exit code. */
  readonly ended: Promise<number>;
  /** Exit codes with which the command would have ended its process early. */
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

  /** Sends a signal. False when the command no longer listens to it. */
  signal(name: 'SIGINT' | 'SIGTERM' | 'SIGHUP'): boolean {
    return this.#signals.emit(name);
  }

  /** Closes the reader of standard output, as `| head` does. */
  closeReader(): void {
    this.#outputs.stdout.destroy(Object.assign(new Error('write EPIPE'), { code: 'EPIPE' }));
  }

  /** Resolves when an output contains the text. */
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
