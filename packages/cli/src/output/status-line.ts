import type { OutputStream } from '../command-io.js';
import type { CommandRun } from '../command-run.js';
import { countText } from './units.js';

/** A line on standard error that is redrawn in place. Draws nothing where standard error is not a terminal. */
export class StatusLine {
  readonly #stream: OutputStream;
  readonly #text: () => string;
  readonly #timer: NodeJS.Timeout | null;

  /** Redraws the text ten times a second. */
  constructor(run: CommandRun, text: () => string) {
    this.#stream = run.stderr;
    this.#text = text;
    this.#timer = run.stderr.isTTY === true ? setInterval(() => this.#draw(), 100).unref() : null;
  }

  /** Stops, and clears the line. */
  end(): void {
    if (this.#timer === null) return;
    clearInterval(this.#timer);
    this.#stream.write('\r\u001b[K');
  }

  #draw(): void {
    const width = (this.#stream.columns || 80) - 1;
    this.#stream.write(`\r\u001b[K${this.#text().slice(0, width)}`);
  }
}

/** `[######........] 43 %`. The bar stays between empty and full for a share below 0 or above 1. */
export function barText(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** A count of messages, and their average rate since the start. */
export const rateText = (count: number, startedMs: number): string =>
  `${countText(count)} messages, ${countText((count * 1_000) / Math.max(1, performance.now() - startedMs))}/s`;
