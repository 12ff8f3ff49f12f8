import { resolve } from 'node:path';
import type { CommandIo, InputStream, OutputStream } from './command-io.js';
import { ExitCode } from './exit-code.js';

/** One call of the command: its input and output, its exit code, and what it has said already. All parts of the command share it. */
export class CommandRun {
  readonly #io: CommandIo;
  readonly #said = new Set<string>();
  /** Exit code of the command, unless it throws. */
  exitCode: ExitCode = ExitCode.ok;

  constructor(io: CommandIo) {
    this.#io = io;
  }

  /** Asked for only when needed: Node opens the standard input of the process on the first access. */
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

  /** Ends the process before the command is done. */
  exit(code: ExitCode): void {
    this.exitCode = code;
    this.#io.exit(code);
  }

  /** The absolute path of a file. Error texts show the name as the user gave it. */
  path(name: string): string {
    return resolve(this.#io.cwd, name);
  }

  /** True on the first call with this text, so that a notice is not repeated. */
  isNew(text: string): boolean {
    if (this.#said.has(text)) return false;
    this.#said.add(text);
    return true;
  }
}
