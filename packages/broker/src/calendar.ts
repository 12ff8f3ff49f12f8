import { type MarketCalendar, weekdays } from '@pulsemq/protocol';
import { LocalTime } from './local-time.js';

/** Days that are looked at around a moment. A longer closure is looked at again after a day. */
const daysBefore = 2;
const daysAfter = 9;
const dayMs = 86_400_000;
const minuteMs = 60_000;

/** Whether a market is open at a moment, and until when that holds. Times are Unix milliseconds. */
export interface MarketHours {
  readonly isOpen: boolean;
  /** When the present range began; null while the market is closed. */
  readonly openedMs: number | null;
  /** When it is worth asking again: the market closes or opens then, or nothing is known that far ahead. */
  readonly changesMs: number;
}

interface Span {
  readonly startMs: number;
  endMs: number;
}

/**
 * The opening hours of a market, in its time zone: by weekday, past midnight where wanted, with holidays. A range belongs to the day on which it
 * begins. Where the clocks change, local times that do not exist count as the next one that does.
 */
export class Calendar {
  readonly #calendar: MarketCalendar;
  readonly #holidays: ReadonlySet<string>;
  readonly #time: LocalTime;

  /** Throws a RangeError when the time zone is unknown. The other fields must have been checked. */
  constructor(calendar: MarketCalendar) {
    this.#calendar = calendar;
    this.#holidays = new Set(calendar.holidays);
    this.#time = new LocalTime(calendar.time_zone);
  }

  at(nowMs: number): MarketHours {
    const spans = joined(this.#spansAround(nowMs));
    const present = spans.find(({ startMs, endMs }) => startMs <= nowMs && nowMs < endMs);
    if (present !== undefined) return { isOpen: true, openedMs: present.startMs, changesMs: present.endMs };
    const next = spans.find(({ startMs }) => startMs > nowMs);
    return { isOpen: false, openedMs: null, changesMs: next?.startMs ?? nowMs + dayMs };
  }

  #spansAround(nowMs: number): Span[] {
    const today = Math.floor(this.#time.localMs(nowMs) / dayMs) * dayMs;
    const spans: Span[] = [];
    for (let day = -daysBefore; day <= daysAfter; day++) this.#addSpansOf(today + day * dayMs, spans);
    return spans.sort((left, right) => left.startMs - right.startMs);
  }

  /** `dayStart` is the local midnight, read as UTC. */
  #addSpansOf(dayStart: number, spans: Span[]): void {
    const date = new Date(dayStart);
    if (this.#holidays.has(date.toISOString().slice(0, 10))) return;
    if (!this.#calendar.weekdays.includes(weekdays[(date.getUTCDay() + 6) % 7]!)) return;
    for (const [from, to] of this.#calendar.ranges) {
      const startMinute = minuteOf(from);
      const endMinute = minuteOf(to);
      const length = endMinute > startMinute ? endMinute : endMinute + 24 * 60;
      const startMs = this.#unixMs(dayStart + startMinute * minuteMs);
      spans.push({ startMs, endMs: this.#unixMs(dayStart + length * minuteMs) });
    }
  }

  /** The moment of a local time: the first of two where the clocks go back, and when they go ahead the moment of that. */
  #unixMs(localMs: number): number {
    const before = localMs - this.#offsetMs(localMs - dayMs);
    if (this.#time.localMs(before) === localMs) return before;
    const after = localMs - this.#offsetMs(localMs + dayMs);
    if (this.#time.localMs(after) === localMs) return after;
    // The local time is left out: `after` is too early by the change, and `before` too late.
    let [early, late] = [after, before];
    while (late - early > minuteMs) {
      const middle = early + Math.floor((late - early) / 2 / minuteMs) * minuteMs;
      if (this.#time.localMs(middle) < localMs) early = middle;
      else late = middle;
    }
    return late;
  }

  #offsetMs(unixMs: number): number {
    return this.#time.localMs(unixMs) - unixMs;
  }
}

function minuteOf(text: string): number {
  const [hours, minutes] = text.split(':');
  return Number(hours) * 60 + Number(minutes);
}

/** Ranges that meet or overlap are one: the market does not open in between. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const span of spans) {
    const last = result.at(-1);
    if (last !== undefined && span.startMs <= last.endMs) last.endMs = Math.max(last.endMs, span.endMs);
    else result.push({ ...span });
  }
  return result;
}
