import { resolve } from 'node:path';
import type { CommandIo, InputStream, OutputStream } from './command-io.js';
import { ExitCode } from './exit-code.js';

/** One call of the command: its input and output, its exit code, and what it has said already. Every part of the command is given it. */
export class CommandRun {
  readonly #io: CommandIo;
  readonly #said = new Set<string>();
  /** What the command ends with, unless it throws. */
  exitCode: ExitCode = ExitCode.ok;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  /** Read only when needed: Node opens the process's standard input at the first look at it. */
  get stdin(): InputStream {
    return this.#io.stdin;
  }

  get stdout(): OutputStream {
    return this.#io.stdout;
  }

  get stderr(): OutputStream {
    return this.#io.stderr;
  }

  get env(): CommandIo['env'] {
    return this.#io.env;
  }

  get cwd(): string {
    return this.#io.cwd;
  }

  get signals(): CommandIo['signals'] {
    return this.#io.signals;
  }

  /** Ends the process before the work is done. */
  exit(code: ExitCode): void {
    this.exitCode = code;
    this.#io.exit(code);
  }

  /** The absolute path of a file as it was named. */
  path(name: string): string {
    return resolve(this.#io.cwd, name);
  }

  /** True the first time it is asked about a text. */
  isNew(text: string): boolean {
    if (this.#said.has(text)) return false;
    this.#said.add(text);
    return true;
  }
}
