import type { EventEmitter } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Standard input: a stream of bytes, or a terminal. */
export interface InputStream extends Readable {
  readonly isTTY?: boolean;
  /** Terminals only. */
  setRawMode?(isRaw: boolean): unknown;
  /** Streams of the process only: stops this one from keeping the process alive. */
  unref?(): unknown;
}

/** Standard output or standard error: a stream of bytes, or a terminal with its size in characters. */
export interface OutputStream extends Writable {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
}

/** What `runCommand` reads, writes and obeys. A command uses nothing else of its process. */
export interface CommandIo {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the folder that relative paths start at. */
  readonly cwd: string;
  /** Emits SIGINT, SIGTERM and SIGHUP, and `exit` just before the process ends; `process` in the binary. */
  readonly signals: EventEmitter;
  /**
   * Called with the exit code when a command must end before its work has: its reader left, a second signal came, or the first one was
   * not obeyed in time. `process.exit` in the binary. `runCommand` resolves with the same code.
   */
  exit(code: number): void;
}
