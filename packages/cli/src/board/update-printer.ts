import type { LiveRow } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import { print } from '../output/standard-output.js';
import { type Quote, Quotes } from './quote.js';

/** Prints a line for each row that has changed. While a write waits for its reader, the newest values replace those that wait. */
export class UpdatePrinter {
  readonly #run: CommandRun;
  readonly #quotes: Quotes;
  readonly #lineOf: (quote: Quote) => string;
  readonly #signal: AbortSignal;
  readonly #waiting = new Set<LiveRow>();
  #writing: Promise<void> | null = null;

  constructor(run: CommandRun, pattern: string, lineOf: (quote: Quote) => string, signal: AbortSignal) {
    this.#run = run;
    this.#quotes = new Quotes(pattern);
    this.#lineOf = lineOf;
    this.#signal = signal;
  }

  /** Takes rows that have changed. */
  add(rows: readonly LiveRow[]): void {
    for (const row of rows) this.#waiting.add(row);
    if (this.#writing === null && this.#waiting.size > 0) this.#writing = this.#write();
  }

  /** Resolves when everything has been written. */
  async flush(): Promise<void> {
    await this.#writing;
  }

  async #write(): Promise<void> {
    while (this.#waiting.size > 0) {
      const lines = [...this.#waiting].map((row) => `${this.#lineOf(this.#quotes.of(row))}\n`);
      this.#waiting.clear();
      await print(this.#run, lines.join(''), this.#signal);
    }
    this.#writing = null;
  }
}
