import { createWriteStream, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { ReceivedMessage } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { encodeEnd, encodeHead, encodeMessage } from './recording-format.js';

/** Bytes that may wait for the disk. */
const waitingMaxBytes = 4 * 1_048_576;

/** Writes a recording. Makes its caller wait when the disk is slower than the broker. */
export class RecordingWriter {
  readonly #stream: WriteStream;
  readonly #name: string;
  #error: Error | null = null;
  #wake: (() => void) | null = null;
  messageCount = 0;
  bytes = 0;

  private constructor(stream: WriteStream, name: string) {
    this.#name = name;
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#error ??= error;
      this.#wake?.();
    });
    stream.on('drain', () => this.#wake?.());
  }

  /** Creates the file. Throws a CommandError when it cannot be written, or when it exists and may not be replaced. */
  static async open(run: CommandRun, name: string, mayReplace: boolean): Promise<RecordingWriter> {
    const stream = createWriteStream(run.path(name), {
      flags: mayReplace ? 'w' : 'wx',
      highWaterMark: waitingMaxBytes,
      flush: true,
    });
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve());
      stream.once('error', (error: NodeJS.ErrnoException) => reject(openError(name, error)));
    });
    const writer = new RecordingWriter(stream, name);
    writer.#write(encodeHead(Date.now()));
    return writer;
  }

  /** Takes a message. Returns a promise to await when the disk is slow; it throws when the file cannot be written. */
  add(message: ReceivedMessage): Promise<void> | undefined {
    this.#write(encodeMessage(message));
    this.messageCount++;
    return this.#write(message.payload) && this.#error === null ? undefined : this.#drained();
  }

  /** Writes the end record. Resolves when everything is on the disk; throws when something could not be written. */
  async close(): Promise<void> {
    this.#write(encodeEnd(this.messageCount));
    await new Promise<void>((resolve) => {
      this.#stream.once('close', resolve);
      if (this.#stream.closed) resolve();
      else this.#stream.end();
    });
    this.#throwError();
  }

  #write(bytes: Uint8Array): boolean {
    this.bytes += bytes.length;
    return bytes.length === 0 || this.#error !== null || this.#stream.write(bytes);
  }

  async #drained(): Promise<void> {
    this.#throwError();
    if (!this.#stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    this.#throwError();
  }

  #throwError(): void {
    if (this.#error === null) return;
    throw new CommandError(ExitCode.usage, `${this.#name} cannot be written: ${this.#error.message}`);
  }
}

function openError(name: string, error: NodeJS.ErrnoException): CommandError {
  if (error.code === 'EEXIST') return usageError(`${name} exists already; to replace it, give --force`);
  if (error.code === 'ENOENT') return new CommandError(ExitCode.missingFile, `folder not found: ${dirname(name)}`);
  return usageError(`${name} cannot be written: ${error.message}`);
}
