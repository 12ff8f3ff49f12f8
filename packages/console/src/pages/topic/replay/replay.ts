import type { HistoryRow } from '../../../api/history.js';
import { ExternalStore } from '../../../state/external-store.js';
import type { Span } from '../candles/candle-range.js';
import { type ReadRows, RowPages } from './row-pages.js';

export interface ReplayView {
  /** `reading`: plays, and waits for rows of the journal. `failed`: stopped by a failure; `play` tries again. */
  readonly state: 'paused' | 'playing' | 'reading' | 'ended' | 'failed';
  /** The time that is played, Unix milliseconds. */
  readonly positionMs: number;
  /** The newest rows that were played, the newest first. */
  readonly rows: readonly HistoryRow[];
  /** Count of all rows since the begin or the last jump. */
  readonly playedCount: number;
  readonly failure: unknown;
}

const keptRowCount = 500;
/** With fewer rows ahead the next page is read. */
const aheadRowCount = 1_000;
/** After a jump no row is read for so long: a drag of the position is many jumps, and each question is a process of the broker. */
const settleMs = 300;

/** Plays the rows of a span again, at their own pace or a multiple of it. The caller tells it how much time goes by. */
export class Replay {
  readonly view: ExternalStore<ReplayView>;
  readonly #read: ReadRows;
  readonly #span: Span;
  #speed = 1;
  #pages: RowPages;
  /** Rows that were read and not played, the oldest first. */
  #ahead: readonly HistoryRow[] = [];
  #reading: AbortController | null = null;
  #settleMs = 0;

  constructor(read: ReadRows, span: Span) {
    this.#read = read;
    this.#span = span;
    this.#pages = new RowPages(read, span.fromMs);
    this.view = new ExternalStore<ReplayView>({
      state: 'paused',
      positionMs: span.fromMs,
      rows: [],
      playedCount: 0,
      failure: undefined,
    });
  }

  /** Plays on; from the begin, when it is at the end. */
  play(): void {
    const { state } = this.view.get();
    if (state === 'ended') this.seek(this.#span.fromMs);
    if (state !== 'playing') this.view.update((view) => ({ ...view, state: 'reading', failure: undefined }));
    this.advance(0);
  }

  pause(): void {
    this.view.update((view) => (view.state === 'ended' ? view : { ...view, state: 'paused' }));
  }

  /** Times the pace of the journal. */
  set speed(speed: number) {
    this.#speed = speed;
  }

  /** Goes to a time of the span. What was played is left out; it goes on playing when it played. */
  seek(positionMs: number): void {
    this.close();
    this.#pages = new RowPages(this.#read, positionMs);
    this.#ahead = [];
    this.#settleMs = settleMs;
    this.view.update(({ state }) => ({
      state: state === 'playing' || state === 'reading' ? 'reading' : 'paused',
      positionMs,
      rows: [],
      playedCount: 0,
      failure: undefined,
    }));
  }

  /** Ends a question that is under way. */
  close(): void {
    this.#reading?.abort();
    this.#reading = null;
  }

  /** Milliseconds went by. */
  advance(elapsedMs: number): void {
    const { state } = this.view.get();
    if (state !== 'playing' && state !== 'reading') return;
    this.#settleMs -= elapsedMs;
    if (this.#settleMs > 0) return;
    if (this.#ahead.length < aheadRowCount && !this.#pages.isEnded) void this.#readOn();
    this.#playTo(this.view.get().positionMs + (state === 'playing' ? elapsedMs * this.#speed : 0));
  }

  /** Plays the rows up to a time, but not past what has been read. */
  #playTo(wantedMs: number): void {
    const isWhole = this.#pages.isEnded && this.#reading === null;
    const last = this.#ahead.at(-1);
    const mostMs = isWhole ? this.#span.toMs : last === undefined ? this.view.get().positionMs : timeOf(last);
    const positionMs = Math.min(wantedMs, mostMs);
    const count = countUntil(this.#ahead, positionMs);
    const played = this.#ahead.slice(0, count);
    this.#ahead = this.#ahead.slice(count);
    const isEnded = isWhole && positionMs >= this.#span.toMs;
    const isWaiting = !isWhole && this.#ahead.length === 0;
    this.view.update((view) => ({
      ...view,
      state: isEnded ? 'ended' : isWaiting ? 'reading' : 'playing',
      positionMs,
      rows: count === 0 ? view.rows : [...played.toReversed(), ...view.rows].slice(0, keptRowCount),
      playedCount: view.playedCount + count,
    }));
  }

  async #readOn(): Promise<void> {
    if (this.#reading !== null) return;
    const reading = new AbortController();
    this.#reading = reading;
    try {
      const rows = await this.#pages.next(reading.signal);
      if (this.#reading !== reading) return;
      this.#reading = null;
      this.#ahead = [...this.#ahead, ...rows];
      this.advance(0);
    } catch (failure) {
      // A jump or the end of the page ended the question.
      if (this.#reading !== reading) return;
      this.#reading = null;
      this.view.update((view) => ({ ...view, state: 'failed', failure }));
    }
  }
}

const timeOf = (row: HistoryRow): number => Date.parse(String(row._received_at));

/** The count of the rows that are not later than a time. */
function countUntil(rows: readonly HistoryRow[], ms: number): number {
  const later = rows.findIndex((row) => timeOf(row) > ms);
  return later === -1 ? rows.length : later;
}
