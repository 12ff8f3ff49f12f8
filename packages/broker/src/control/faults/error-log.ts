import type { Logger } from '../logging/logging.js';

/** Caught errors that are logged whole in one minute. More are counted: an error in every event must not fill the log. */
const shownPerMinute = 20;
const minuteMs = 60_000;

/** Logs the errors that the control plane's guard catches. */
export class ErrorLog {
  readonly #log: Logger;
  readonly #steadyMs: () => number;
  #minuteStartMs: number;
  #shownCount = 0;
  #hiddenCount = 0;

  constructor(log: Logger, steadyMs: () => number = () => performance.now()) {
    this.#log = log;
    this.#steadyMs = steadyMs;
    this.#minuteStartMs = steadyMs();
  }

  /** Logs one error. `text` holds its place and its stack. */
  report(text: string): void {
    this.sweep();
    if (this.#shownCount >= shownPerMinute) {
      this.#hiddenCount++;
      return;
    }
    this.#shownCount++;
    this.#log.error(`internal error: ${text}`);
  }

  /** Begins a new minute when the last one is over. Call once a second. */
  sweep(): void {
    const nowMs = this.#steadyMs();
    if (nowMs - this.#minuteStartMs < minuteMs) return;
    if (this.#hiddenCount > 0) this.#log.error(`${this.#hiddenCount} more internal errors in the last minute`);
    this.#minuteStartMs = nowMs;
    this.#shownCount = 0;
    this.#hiddenCount = 0;
  }
}
