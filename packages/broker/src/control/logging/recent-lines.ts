import type { LogLevel, LogLine } from '@pulsemq/protocol';
import { textOfRecord } from './log-line.js';

/** Lines that are kept in memory, and characters of one line. Together at most about 8 MB. */
const lineMaxCount = 2_000;
const lineMaxChars = 2_000;

/** Which lines a reader wants. */
export interface LineFilter {
  /** This level and those above it. */
  readonly level: LogLevel;
  /** Part of the text or of the name of the logger, without regard to case. */
  readonly text?: string | undefined;
  /** Lines before this one. */
  readonly before?: number | undefined;
}

const levelNumbers: Readonly<Record<LogLevel, number>> = { debug: 20, info: 30, warn: 40, error: 50 };

const levelOf = (number: number): LogLevel => {
  if (number >= 50) return 'error';
  if (number >= 40) return 'warn';
  return number >= 30 ? 'info' : 'debug';
};

/** The newest lines of the log. They have what the file has, shortened, and nothing else. */
export class RecentLines {
  readonly #lines: LogLine[] = [];
  /** Where the next line goes, once all places are taken. */
  #next = 0;
  #lastId = 0;
  readonly #listeners = new Set<(line: LogLine) => void>();

  /** Takes a record as pino writes it. */
  add(json: string): void {
    const { level, atMs, logger, text } = textOfRecord(json);
    this.#lastId += 1;
    const shown = text.length > lineMaxChars ? `${text.slice(0, lineMaxChars)}…` : text;
    const at = new Date(atMs).toISOString();
    const line = { id: this.#lastId, at, level: levelOf(level), logger, text: shown };
    this.#lines[this.#next] = line;
    this.#next = (this.#next + 1) % lineMaxCount;
    for (const listener of this.#listeners) listener(line);
  }

  /** The newest lines that match, newest first. */
  newest(filter: LineFilter, limitCount: number): LogLine[] {
    const found: LogLine[] = [];
    for (let back = 1; back <= this.#lines.length && found.length < limitCount; back += 1) {
      const line = this.#lines[(this.#next - back + lineMaxCount) % lineMaxCount];
      if (line === undefined) break;
      if (filter.before !== undefined && line.id >= filter.before) continue;
      if (matches(line, filter)) found.push(line);
    }
    return found;
  }

  /** Calls back with every line from now on. Call the returned function to stop. */
  listen(listener: (line: LogLine) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

/** Whether a line is one that a reader wants. */
export function matches({ level, logger, text }: LogLine, filter: LineFilter): boolean {
  if (levelNumbers[level] < levelNumbers[filter.level]) return false;
  if (filter.text === undefined || filter.text === '') return true;
  return `${logger} ${text}`.toLowerCase().includes(filter.text.toLowerCase());
}
