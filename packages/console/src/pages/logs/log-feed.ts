import type { LogLevel, LogLine } from '@pulsemq/protocol';
import { openEventStream } from '../../api/event-stream.js';
import { ask } from '../../api/request.js';
import { ExternalStore } from '../../state/external-store.js';

export interface LogList {
  readonly state: 'connecting' | 'running' | 'stopped' | 'retrying' | 'refused';
  /** Newest first. */
  readonly lines: readonly LogLine[];
  /** The broker has no older line. */
  readonly isWhole: boolean;
  readonly failure: Error | null;
}

/** Which lines to show: a level with those above it, and a part of the text. */
export interface LogFilter {
  readonly level: LogLevel;
  readonly text: string;
}

const pageSize = 200;
/** The broker has no more lines than this. */
const keptLines = 2_000;
/** Lines that come together are rendered together. */
const drawMs = 200;
/** The broker sends a comment more often than this when there is no line. */
const silenceMs = 40_000;

/** The log of the broker: the newest lines first, older ones on demand, new ones as they are written. */
export class LogFeed {
  readonly list = new ExternalStore<LogList>({ state: 'connecting', lines: [], isWhole: false, failure: null });
  readonly #filter: LogFilter;
  #end: (() => void) | undefined;
  #arrived: LogLine[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(filter: LogFilter) {
    this.#filter = filter;
  }

  /** Follows the log. What was written while it was not followed is read with the first page. */
  start(): void {
    this.list.update((list) => ({ ...list, state: 'connecting', failure: null }));
    this.#end = openEventStream({
      path: '/api/logs/stream',
      query: { ...this.#filter },
      silenceMs,
      onOpen: () => {
        this.list.update((list) => ({ ...list, state: 'running', failure: null }));
        void this.#readNewest();
      },
      onEvent: ({ event, data }) => {
        if (event === 'line') this.#take(JSON.parse(data) as LogLine);
      },
      onLost: (failure, retryMs) =>
        this.list.update((list) => ({ ...list, state: retryMs === null ? 'refused' : 'retrying', failure })),
    });
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.list.update((list) => ({ ...list, state: 'stopped' }));
  }

  /** Reads the page before the oldest line. */
  async readOlder(): Promise<void> {
    const before = this.list.get().lines.at(-1)?.id;
    const older = await this.#page(before === undefined ? {} : { before });
    this.list.update((list) => ({ ...list, isWhole: older.length < pageSize }));
    this.#add(older);
  }

  /** The newest lines. After a restart of the broker its ids begin again: the lines of the run before go. */
  async #readNewest(): Promise<void> {
    try {
      const newest = await this.#page({});
      const isNewRun = (newest[0]?.id ?? 0) < (this.list.get().lines[0]?.id ?? 0);
      const isWhole = newest.length < pageSize;
      this.list.update((list) => ({ ...list, isWhole, ...(isNewRun && { lines: [] }) }));
      this.#add(newest);
    } catch (failure) {
      if (this.#end === undefined) return;
      this.list.update((list) => ({
        ...list,
        failure: failure instanceof Error ? failure : new Error(String(failure)),
      }));
    }
  }

  #page(more: { readonly before?: number }): Promise<readonly LogLine[]> {
    return ask<readonly LogLine[]>('/api/logs', { query: { ...this.#filter, ...more, limit: pageSize } });
  }

  #take(line: LogLine): void {
    this.#arrived.push(line);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      const arrived = this.#arrived;
      this.#arrived = [];
      this.#add(arrived);
    }, drawMs);
  }

  /** Adds lines in their place, each once. */
  #add(lines: readonly LogLine[]): void {
    this.list.update((list) => {
      const byId = new Map([...list.lines, ...lines].map((line) => [line.id, line]));
      const ordered = [...byId.values()].sort((one, other) => other.id - one.id);
      return { ...list, lines: ordered.slice(0, keptLines) };
    });
  }
}
