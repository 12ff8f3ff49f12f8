import type { CommandRun } from '../command-run.js';
import { print } from './standard-output.js';

/** Text gathered before it is written. */
const gatheredLength = 65_536;

/** Puts lines together, so that a thousand messages are one write, and none waits longer than a turn of the loop. */
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

  /** Takes a piece; a promise to wait for when standard output is behind. */
  add(piece: string | Uint8Array): Promise<void> | undefined {
    this.#parts.push(piece);
    this.#length += piece.length;
    if (this.#writing === null) this.#writing = this.#writeSoon();
    return this.#length >= gatheredLength ? this.#writing : undefined;
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
