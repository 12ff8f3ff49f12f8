import type { BarGap } from '@pulsemq/protocol';
import { addTimedPrice, newBar, type TimedBar } from './bar.js';
import type { BarPlace } from './bar-times.js';

/** Shortest time between two corrections of a bar: late prices mostly come several at a time. */
const correctionUs = 1_000_000;

/** How long a rule waits for late prices, and how often it shows a bar that has not ended. */
export interface BarPace {
  readonly graceUs: number;
  /** Null: at the end only. */
  readonly updateUs: number | null;
}

/** What a message of a bar says besides its prices. */
export interface BarState {
  readonly isFinal: boolean;
  readonly isCorrected: boolean;
}

/** A bar that has not ended, or whose late prices are still waited for. */
export class OpenBar {
  readonly bar: TimedBar;
  readonly endUs: number;
  gap: BarGap | null;
  hasVolume = false;
  #isFinal = false;
  /** It has changed since its last message. */
  #isDirty = true;
  #publishedUs: number;

  constructor(topic: string, { startUs, endUs, countedUs }: BarPlace, price: number, gap: BarGap | null) {
    this.bar = { ...newBar(topic, startUs, price), openUs: countedUs, closeUs: countedUs };
    this.endUs = endUs;
    this.gap = gap;
    this.#publishedUs = countedUs;
  }

  add(price: number, size: number | null, timeUs: number): void {
    addTimedPrice(this.bar, price, size ?? 0, timeUs);
    if (size !== null) this.hasVolume = true;
    this.#isDirty = true;
  }

  /** Prices may be missing. The first reason stays. */
  markGap(gap: BarGap): void {
    if (this.gap !== null) return;
    this.gap = gap;
    this.#isDirty = true;
  }

  /** When it is worth looking at it again, Unix microseconds. */
  dueUs({ graceUs, updateUs }: BarPace): number {
    const graceEndUs = this.endUs + graceUs;
    if (this.#isFinal) return this.#isDirty ? Math.min(this.#publishedUs + correctionUs, graceEndUs) : graceEndUs;
    return this.#isDirty && updateUs !== null ? Math.min(this.#publishedUs + updateUs, this.endUs) : this.endUs;
  }

  /** What a message of it must say now; null when none is due. The caller publishes it. */
  publishAt(nowUs: number, { graceUs, updateUs }: BarPace): BarState | null {
    const isEnded = nowUs >= this.endUs;
    const wasFinal = this.#isFinal;
    if (isEnded && !wasFinal) return this.#publish(nowUs, { isFinal: true, isCorrected: false });
    if (!this.#isDirty) return null;
    if (wasFinal) {
      const isDue = nowUs >= this.#publishedUs + correctionUs || this.isOver(nowUs, graceUs);
      return isDue ? this.#publish(nowUs, { isFinal: true, isCorrected: true }) : null;
    }
    const isDue = updateUs !== null && nowUs >= this.#publishedUs + updateUs;
    return isDue ? this.#publish(nowUs, { isFinal: false, isCorrected: false }) : null;
  }

  /** No price can change it any more. */
  isOver(nowUs: number, graceUs: number): boolean {
    return nowUs >= this.endUs + graceUs;
  }

  #publish(nowUs: number, state: BarState): BarState {
    this.#isFinal = state.isFinal;
    this.#isDirty = false;
    this.#publishedUs = nowUs;
    return state;
  }
}
