import type { MarketCalendar } from '@pulsemq/protocol';
import { Calendar } from '../calendar.js';

/** Spans that are remembered: prices come mostly in the order of time, late ones a little behind. */
const rememberedCount = 8;

/** A time in which a market is open, or closed, all the while. Unix milliseconds. */
interface Span {
  readonly fromMs: number;
  readonly toMs: number;
  readonly isOpen: boolean;
}

/** When a market is open. It is asked for each price, and a calendar takes a good part of a millisecond to answer: answers are kept. */
export class BarHours {
  readonly #calendar: Calendar;
  readonly #spans: Span[] = [];

  /** Throws a RangeError when the time zone is unknown. */
  constructor(calendar: MarketCalendar) {
    this.#calendar = new Calendar(calendar);
  }

  /**
   * The time at which a price counts, Unix microseconds: its own while the market is open. A price at most `graceMs` after the close counts for the
   * last microsecond before it, because exchanges report the closing price then. Null outside the hours.
   */
  countedUs(timeUs: number, graceMs: number): number | null {
    const ms = Math.floor(timeUs / 1_000);
    if (this.#spanAt(ms).isOpen) return timeUs;
    const closeMs = this.#lastClose(ms - graceMs, ms);
    return closeMs === null ? null : closeMs * 1_000 - 1;
  }

  /** When the market closes for the last time between two times, Unix microseconds: `toUs` while it is open then or was closed all the while. */
  lastCloseUs(fromUs: number, toUs: number): number {
    const toMs = toUs / 1_000;
    if (this.#spanAt(toMs - 1).isOpen) return toUs;
    const closeMs = this.#lastClose(Math.floor(fromUs / 1_000), toMs);
    return closeMs === null ? toUs : closeMs * 1_000;
  }

  #lastClose(fromMs: number, toMs: number): number | null {
    let closeMs: number | null = null;
    for (let atMs = fromMs; atMs <= toMs; ) {
      const span = this.#spanAt(atMs);
      if (span.isOpen && span.toMs <= toMs) closeMs = span.toMs;
      atMs = span.toMs;
    }
    return closeMs;
  }

  #spanAt(ms: number): Span {
    const known = this.#spans.find(({ fromMs, toMs }) => fromMs <= ms && ms < toMs);
    if (known !== undefined) return known;
    const { isOpen, openedMs, changesMs } = this.#calendar.at(ms);
    const span = { isOpen, fromMs: openedMs ?? ms, toMs: changesMs };
    if (this.#spans.push(span) > rememberedCount) this.#spans.shift();
    return span;
  }
}
