import { createWriteStream, type WriteStream } from 'node:fs';
import { dirname } from 'node:path';
import type { ReceivedMessage } from '@pulsemq/client';
import { CommandError, ExitCode, usageError } from '../exit-code.js';
import { encodeEnd, encodeHead, encodeMessage } from './recording-format.js';

/** Bytes that may wait to be written. */
const waitingMaxBytes = 4 * 1_048_576;

/** Writes a recording. A disk that is slower than the broker is waited for. */
export class RecordingWriter {
  readonly #stream: WriteStream;
  #error: Error | null = null;
  #wake: (() => void) | null = null;
  messageCount = 0;
  bytes = 0;

  private constructor(stream: WriteStream) {
    this.#stream = stream;
    stream.on('error', (error) => {
      this.#error ??= error;
      this.#wake?.();
    });
    stream.on('drain', () => this.#wake?.());
  }

  /** Begins a new file. Throws a CommandError when there is one already, unless it may be replaced. */
  static async open(path: string, mayReplace: boolean): Promise<RecordingWriter> {
    const stream = createWriteStream(path, {
      flags: mayReplace ? 'w' : 'wx',
      highWaterMark: waitingMaxBytes,
      flush: true,
    });
    await new Promise<void>((resolve, reject) => {
      stream.once('open', () => resolve());
      stream.once('error', (error: NodeJS.ErrnoException) => reject(openError(path, error)));
    });
    const writer = new RecordingWriter(stream);
    writer.#write(encodeHead(Date.now()));
    return writer;
  }

  /** Takes a message; a promise to wait for when the disk is behind. */
  add(message: ReceivedMessage): Promise<void> | undefined {
    this.#write(encodeMessage(message));
    this.messageCount++;
    return this.#write(message.payload) && this.#error === null ? undefined : this.#drained();
  }

  /** Writes the end; resolves when all of it is on the disk. Throws when something could not be written. */
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
    throw new CommandError(ExitCode.usage, `${this.#stream.path} cannot be written: ${this.#error.message}`);
  }
}

function openError(path: string, error: NodeJS.ErrnoException): CommandError {
  if (error.code === 'EEXIST') return usageError(`${path} is there already; --force replaces it`);
  if (error.code === 'ENOENT') return new CommandError(ExitCode.missingFile, `folder not found: ${dirname(path)}`);
  return usageError(`${path} cannot be written: ${error.message}`);
}
