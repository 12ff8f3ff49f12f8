import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const repository = fileURLToPath(new URL('../../../', import.meta.url));

/** The file that starts the command in a process of its own. */
export const commandFile = fileURLToPath(new URL('../bin/pulsemq.js', import.meta.url));

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
  spawnSync(process.execPath, [commandFile, ...args], { cwd, encoding: 'utf8', timeout: 15_000 });

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
  if (!terminal) return [process.execPath, [commandFile, ...args]];
  return ['script', ['-qec', [process.execPath, commandFile, ...args].map(quoted).join(' '), '/dev/null']];
}

/** A command in a process of its own. */
export class CalledCommand {
  readonly child: ChildProcess;
  stdout = '';
  stderr = '';
  /** Exit code, or the signal that ended it; resolves once its output is complete. */
  readonly ended: Promise<number | string>;

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
