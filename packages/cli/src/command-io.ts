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

/** Everything a command uses of its process. */
export interface CommandIo {
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path; relative paths start here. */
  readonly cwd: string;
  /** Emits SIGINT, SIGTERM and SIGHUP, and `exit` when the process ends. The binary passes `process`. */
  readonly signals: EventEmitter;
  /**
   * Called when a command is abandoned: the reader of its output left, a second signal arrived, or the command did not end within 800 ms
   * of the first. The binary passes `process.exit`. `runCommand` resolves with the same exit code.
   */
  exit(code: number): void;
}
