import type { MarketCalendar } from '@pulsemq/protocol';
import { Calendar } from '../../calendar.js';

/** A wall clock that has gone back by more than this was set: the hours are asked again. */
const setBackMs = 1_000;

/** Whether the market of a rule is open. Hours go by the wall clock; since when it is open is kept on the monotonic clock, for ages. */
export class Hours {
  isOpen = true;
  /** When it opened, milliseconds of the monotonic clock. Before this run: when the rules were set. */
  openedSteadyMs: number;
  /** It has opened since the rules were set, so a topic without a message is late. */
  hasOpened = false;
  readonly #calendar: Calendar | null;
  #changesMs = Number.POSITIVE_INFINITY;
  #lastLookMs = 0;

  /** Without a calendar it is always open. */
  constructor(calendar: MarketCalendar | null, nowMs: number, steadyMs: number) {
    this.#calendar = calendar === null ? null : new Calendar(calendar);
    this.openedSteadyMs = steadyMs;
    this.#look(nowMs);
  }

  /** Looks at the clock. True when the market has opened or closed. */
  review(nowMs: number, steadyMs: number): boolean {
    const isSetBack = nowMs < this.#lastLookMs - setBackMs;
    if (!isSetBack && nowMs < this.#changesMs) {
      this.#lastLookMs = nowMs;
      return false;
    }
    const wasOpen = this.isOpen;
    this.#look(nowMs);
    if (this.isOpen === wasOpen) return false;
    if (this.isOpen) {
      this.openedSteadyMs = steadyMs;
      this.hasOpened = true;
    }
    return true;
  }

  #look(nowMs: number): void {
    this.#lastLookMs = nowMs;
    if (this.#calendar === null) return;
    const { isOpen, changesMs } = this.#calendar.at(nowMs);
    this.isOpen = isOpen;
    this.#changesMs = changesMs;
  }
}
