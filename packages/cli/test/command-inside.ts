import { Readable, Writable } from 'node:stream';
import { runCommandLine } from '../src/command-line.js';

/** What a command ended with. */
export interface Result {
  readonly status: number | string;
  readonly stdout: string;
  readonly stderr: string;
}

/** All that a command sees of its process. */
export interface Surroundings {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  readonly input: string | Uint8Array;
}

/** Keeps what is written to it. */
class Kept extends Writable {
  text = '';

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    this.text += chunk.toString('utf8');
    done();
  }
}

/** The one that runs: they share the process. */
let running: Promise<unknown> = Promise.resolve();

/**
 * Runs a command in the process of the test, where most of what a process of its own costs, starting Node and loading modules, is
 * paid once. For commands that end by themselves; signals and terminals need a process. One at a time.
 */
export function runInside(args: readonly string[], surroundings: Surroundings): Promise<Result> {
  const done = running.then(() => runNow(args, surroundings));
  running = done.catch(() => {});
  return done;
}

async function runNow(args: readonly string[], { cwd, env, input }: Surroundings): Promise<Result> {
  const [stdout, stderr] = [new Kept(), new Kept()];
  const restore = [
    replaceProperty('stdout', stdout),
    replaceProperty('stderr', stderr),
    replaceProperty('stdin', Readable.from(input.length === 0 ? [] : [Buffer.from(input)])),
    replaceProperty('env', { ...env }),
    clearExitCode(),
    replaceListeners(),
    replaceFolder(cwd),
  ];
  try {
    await runCommandLine(args);
    return { status: process.exitCode ?? 0, stdout: stdout.text, stderr: stderr.text };
  } finally {
    for (const back of restore) back();
  }
}

function replaceProperty(name: 'stdout' | 'stderr' | 'stdin' | 'env', value: unknown): () => void {
  const before = Object.getOwnPropertyDescriptor(process, name)!;
  Object.defineProperty(process, name, { value, configurable: true, enumerable: true, writable: true });
  return () => {
    Object.defineProperty(process, name, before);
  };
}

function clearExitCode(): () => void {
  const before = process.exitCode;
  process.exitCode = undefined;
  return () => {
    process.exitCode = before;
  };
}

function replaceFolder(cwd: string): () => void {
  const before = process.cwd();
  process.chdir(cwd);
  return () => process.chdir(before);
}

/** A command listens for signals until its process ends. */
function replaceListeners(): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  const before = signals.map((name) => process.listeners(name));
  return () => {
    for (const [index, name] of signals.entries()) {
      for (const listener of process.listeners(name)) {
        if (!before[index]!.includes(listener)) process.off(name, listener);
      }
    }
  };
}
