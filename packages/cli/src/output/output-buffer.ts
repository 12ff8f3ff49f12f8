import type { CommandRun } from '../command-run.js';
import { print } from './standard-output.js';

/** Characters or bytes of one write. */
const writeLength = 65_536;

/** Joins the lines of one turn of the event loop into one write to standard output. */
export class OutputBuffer {
  readonly #run: CommandRun;
  readonly #signal: AbortSignal;
  #parts: (string | Uint8Array)[] = [];
  #length = 0;
  #writing: Promise<void> | null = null;

  constructor(run: CommandRun, signal: AbortSignal) {
    this.#run = run;
    this.#signal = signal;
  }

  /** Takes a piece. Returns a promise to await when standard output is slower than its input. */
  add(piece: string | Uint8Array): Promise<void> | undefined {
    this.#parts.push(piece);
    this.#length += piece.length;
    if (this.#writing === null) this.#writing = this.#writeSoon();
    return this.#length >= writeLength ? this.#writing : undefined;
  }

  /** Resolves when everything has been written. */
  async flush(): Promise<void> {
    while (this.#writing !== null) await this.#writing;
  }

  async #writeSoon(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    const parts = this.#parts;
    this.#parts = [];
    this.#length = 0;
    await print(
      this.#run,
      parts.every((part) => typeof part === 'string') ? parts.join('') : Buffer.concat(parts.map(bytesOf)),
      this.#signal,
    );
    this.#writing = this.#parts.length > 0 ? this.#writeSoon() : null;
  }
}

const bytesOf = (part: string | Uint8Array): Uint8Array => (typeof part === 'string' ? Buffer.from(part) : part);
