import type { HistoryRow, HistoryRows } from '../../../api/history.js';

/** Reads rows from a time on, in the order of their receipt. The time is that of a row, in microseconds. */
export type ReadRows = (from: string, limit: number, signal: AbortSignal) => Promise<HistoryRows>;

const pageRowCount = 5_000;
const rowMaxCount = 1_000_000;

const receivedOf = (row: HistoryRow): string => String(row._received_at);

/** The rows of a journal from a time on, page by page. Rows of one time are not cut at the end of a page: each comes once. */
export class RowPages {
  readonly #read: ReadRows;
  #from: string;
  /** Rows of the time `#from` that were read already. */
  #knownCount = 0;
  #limit = pageRowCount;
  #isEnded = false;

  constructor(read: ReadRows, fromMs: number) {
    this.#read = read;
    this.#from = new Date(fromMs).toISOString();
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The next rows; none at the end. Throws an ApiFailure. */
  async next(signal: AbortSignal): Promise<readonly HistoryRow[]> {
    while (!this.#isEnded) {
      const { rows, hasMore } = await this.#read(this.#from, this.#limit, signal);
      const fresh = rows.slice(this.#knownCount);
      this.#isEnded = !hasMore;
      if (fresh.length > 0) {
        this.#remember(rows);
        return fresh;
      }
      // All rows of the page have one time and are known: a larger page has those behind them.
      if (this.#limit >= rowMaxCount) this.#isEnded = true;
      this.#limit = Math.min(rowMaxCount, this.#limit * 2);
    }
    return [];
  }

  #remember(rows: readonly HistoryRow[]): void {
    this.#from = receivedOf(rows.at(-1)!);
    this.#knownCount = rows.length - rows.findIndex((row) => receivedOf(row) === this.#from);
    this.#limit = Math.max(pageRowCount, this.#knownCount * 2);
  }
}
