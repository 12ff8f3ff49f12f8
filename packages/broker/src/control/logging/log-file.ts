import { closeSync, openSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '../../make-folder.js';
import { errorText } from '../error-text.js';
import { StartupError } from '../startup-error.js';
import { within } from '../within.js';
import { AppendFile } from './append-file.js';
import { localDay } from './log-line.js';
import { logFileName, oldPath, removeOldFiles } from './old-log-files.js';

/** How often the file is looked at. */
const checkMs = 1_000;
const closeWaitMs = 1_000;
/** The file is set aside when it has this part of the bytes of all files. */
const fileShare = 1 / 4;

/** What the files may take. */
export interface LogFileLimits {
  /** Days of which old files are kept. */
  readonly maxDays: number;
  /** Bytes of all files together. */
  readonly maxBytes: number;
}

/** Hears what happens to the file. */
export interface LogFileListener {
  /** It cannot be written. */
  failed(cause: string): void;
  /** It can be written again. `lostCount`: lines that were lost meanwhile. */
  recovered(lostCount: number): void;
  /** The file was removed or moved away, and a new one begins. */
  replaced(): void;
}

/**
 * `pulsemq.log` in a folder. At local midnight, and when it is large, the file is set aside under its day. A file that cannot be written
 * is tried again every second, and one that was removed or moved away is made again.
 */
export class LogFile {
  readonly #dir: string;
  readonly #path: string;
  readonly #listener: LogFileListener;
  readonly #file: AppendFile;
  readonly #timer: NodeJS.Timeout;
  #limits: LogFileLimits;
  /** Local day that the file covers, and its size. */
  #day: string;
  #bytes: number;
  #hasFailed = false;

  /** Throws a StartupError when the folder cannot be created or the file cannot be written. */
  constructor(dir: string, limits: LogFileLimits, listener: LogFileListener) {
    this.#dir = dir;
    this.#path = join(dir, logFileName);
    this.#listener = listener;
    this.#limits = limits;
    const { size, mtime } = firstState(dir, this.#path);
    this.#day = localDay(size === 0 ? new Date() : mtime);
    this.#bytes = size;
    this.#file = new AppendFile(this.#path, {
      beforeWrite: () => this.#setAsideIfDue(),
      onError: (error) => this.#onError(error),
      onWritten: (bytes, isWhole) => this.#onWritten(bytes, isWhole),
    });
    this.#timer = setInterval(() => this.#check(), checkMs);
    this.#timer.unref();
    this.#setAsideIfDue();
    removeOldFiles(dir, limits.maxDays, limits.maxBytes);
  }

  write(line: string): void {
    this.#file.append(line);
  }

  setLimits(limits: LogFileLimits): void {
    this.#limits = limits;
  }

  /** Opens the file again, under its name: another program may have moved it away. */
  reopen(): void {
    this.#file.reopen();
  }

  /** Resolves when every line is in the file, or cannot get there. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    await within(closeWaitMs, this.#file.end());
  }

  /** A file that was removed or moved away is made again; what could not be written is tried again. */
  #check(): void {
    const { inode } = this.#file;
    if (inode === 0 || inode === inodeOf(this.#path)) return this.#file.retry();
    this.#file.reopen();
    this.#listener.replaced();
  }

  #setAsideIfDue(): void {
    const isLarge = this.#bytes >= this.#limits.maxBytes * fileShare;
    const day = localDay(new Date());
    if (day === this.#day && !isLarge) return;
    try {
      if (inodeOf(this.#path) !== 0) renameSync(this.#path, oldPath(this.#dir, this.#day));
      removeOldFiles(this.#dir, this.#limits.maxDays, this.#limits.maxBytes * (1 - fileShare));
    } catch (error) {
      this.#onError(error);
    }
    this.#day = day;
    this.#bytes = 0;
    this.#file.reopen();
  }

  #onError(error: unknown): void {
    if (this.#hasFailed) return;
    this.#hasFailed = true;
    this.#listener.failed(errorText(error));
  }

  #onWritten(bytes: number, isWhole: boolean): void {
    this.#bytes += bytes;
    if (!this.#hasFailed || !isWhole) return;
    this.#hasFailed = false;
    const { lostCount } = this.#file;
    this.#file.lostCount = 0;
    this.#listener.recovered(lostCount);
  }
}

function firstState(dir: string, path: string): { size: number; mtime: Date } {
  try {
    makeFolder(dir);
    closeSync(openSync(path, 'a'));
    return statSync(path);
  } catch (error) {
    throw new StartupError(`logging.dir ${dir} cannot be written to: ${errorText(error)}`);
  }
}

/** Number of the file at a path; 0 when there is none. */
const inodeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.ino ?? 0;
