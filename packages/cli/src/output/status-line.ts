import type { OutputStream } from '../command-io.js';
import type { CommandRun } from '../command-run.js';
import { countText } from './units.js';

/** One line on a terminal that is written over; nothing where standard error is none. */
export class StatusLine {
  readonly #stream: OutputStream;
  readonly #text: () => string;
  readonly #timer: NodeJS.Timeout | null;

  /** Asks for its text ten times a second. */
  constructor(run: CommandRun, text: () => string) {
    this.#stream = run.stderr;
    this.#text = text;
    this.#timer = run.stderr.isTTY === true ? setInterval(() => this.#draw(), 100).unref() : null;
  }

  /** Leaves an empty line. */
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

/** `[######........] 43 %`; a share beyond its ends stays within the bar. */
export function barText(share: number, width: number): string {
  const filled = Math.round(Math.min(1, Math.max(0, share)) * width);
  return `[${'#'.repeat(filled)}${'.'.repeat(width - filled)}] ${String(Math.floor(share * 100)).padStart(3)} %`;
}

/** How many, and how many a second. */
export const rateText = (count: number, startedMs: number): string =>
  `${countText(count)} messages, ${countText((count * 1_000) / Math.max(1, performance.now() - startedMs))}/s`;
