import { type BarGap, barTarget } from '@pulsemq/protocol';
import type { BarFigures } from './bar-figures.js';
import { type BarPlace, type BarRuleSpec, BarTimes } from './bar-times.js';
import { numberIn } from './number-cell.js';
import { type BarPace, type BarState, OpenBar } from './open-bar.js';
import type { PayloadRows } from './payload-rows.js';
import { PriceColumns, type PricePlaces } from './price-columns.js';
import { timeIn } from './time-cell.js';

/** How far a price's own time may be after its receipt. Past that its clock is wrong, and it would open a bar of the future. */
const aheadMaxUs = 60_000_000;
/** A day in which the clocks go back has 25 hours. */
const dayUs = 25 * 3_600_000_000;
/** Topics without a bar whose unreadable messages are remembered. Past it all bars that are made later say that they may lack prices. */
const unreadableMaxCount = 10_000;

/** A message as its rules see it. */
export interface TickMessage {
  readonly topic: string;
  readonly receivedUs: number;
}

/** Takes the bars that are to be published. */
export type BarSink = (target: string, open: OpenBar, state: BarState) => void;

/** The bars of one rule, by topic and start. */
export class RuleBars {
  readonly spec: BarRuleSpec;
  readonly #times: BarTimes;
  readonly #columns: PriceColumns;
  readonly #pace: BarPace;
  readonly #figures: BarFigures;
  readonly #sinceUs: number;
  readonly #topics = new Map<string, Map<number, OpenBar>>();
  /** Start of the bar of the last unreadable message, for topics whose bar was not there then. */
  readonly #unreadableUs = new Map<string, number>();
  /** Messages were left out until then: a bar that is made later may lack them. */
  #lostUntilUs = 0;
  #nowUs = 0;
  /** When the next bar is due. */
  #dueUs = Number.POSITIVE_INFINITY;

  /** `sinceUs`: when its messages began to come. Bars that began before lack some. */
  constructor(spec: BarRuleSpec, sinceUs: number, figures: BarFigures) {
    this.spec = spec;
    this.#times = new BarTimes(spec);
    this.#columns = new PriceColumns(spec);
    const { grace_ms, update_ms } = spec;
    this.#pace = { graceUs: grace_ms * 1_000, updateUs: update_ms === null ? null : update_ms * 1_000 };
    this.#figures = figures;
    this.#sinceUs = sinceUs;
    this.#nowUs = sinceUs;
  }

  /** Adds the prices of a message. */
  add(message: TickMessage, { names, rows }: PayloadRows): void {
    const places = this.#columns.placesIn(names);
    if (places.price < 0) {
      this.#figures.unpricedCount++;
      return;
    }
    for (const row of rows) this.#addRow(message, row, places);
  }

  /** A message of the topic could not be read: the bar of its time lacks its price. */
  unreadable({ topic, receivedUs }: TickMessage): void {
    this.#figures.unreadableCount++;
    const place = this.#times.placeOf(receivedUs);
    if (place === null) return;
    const open = this.#topics.get(topic)?.get(place.startUs);
    if (open !== undefined) this.#mark(open, 'unreadable');
    else if (this.#unreadableUs.size < unreadableMaxCount) this.#unreadableUs.set(topic, place.startUs);
    else this.#lostUntilUs = Math.max(this.#lostUntilUs, receivedUs);
  }

  /** Messages that were received between these times were left out. */
  lost(fromUs: number, toUs: number): void {
    this.#lostUntilUs = Math.max(this.#lostUntilUs, toUs);
    for (const bars of this.#topics.values()) {
      for (const open of bars.values()) {
        // Lost prices of another time than that of their receipt may belong to any bar.
        const isHit = this.spec.time !== null || (open.bar.startUs <= toUs && open.endUs > fromUs);
        if (isHit) this.#mark(open, 'lost');
      }
    }
  }

  /** All messages received before `nowUs` have been added: publishes what is due, and lets go of what is over. */
  advance(nowUs: number, sink: BarSink): void {
    this.#nowUs = nowUs;
    if (nowUs < this.#dueUs) return;
    this.#dueUs = Number.POSITIVE_INFINITY;
    for (const [topic, bars] of this.#topics) this.#advanceTopic(topic, bars, nowUs, sink);
    for (const [topic, startUs] of this.#unreadableUs) {
      if (nowUs >= startUs + dayUs + this.#pace.graceUs) this.#unreadableUs.delete(topic);
    }
  }

  /** It ends: its bars are published no more. */
  close(): void {
    for (const bars of this.#topics.values()) this.#figures.openCount -= bars.size;
    this.#topics.clear();
  }

  #addRow(message: TickMessage, row: readonly unknown[], places: PricePlaces): void {
    const price = numberIn(row[places.price]);
    if (price === null) return;
    const size = places.size < 0 ? null : numberIn(row[places.size]);
    const timeUs = this.#timeOf(message, row, places);
    if (price === undefined || size === undefined || timeUs === undefined) return this.unreadable(message);
    const place = this.#times.placeOf(timeUs);
    if (place === null) this.#figures.closedCount++;
    else if (this.#nowUs >= place.endUs + this.#pace.graceUs) this.#figures.lateCount++;
    else this.#addPrice(message.topic, place, price, size);
  }

  /** Undefined for a time that cannot be read, or is in the future. */
  #timeOf({ receivedUs }: TickMessage, row: readonly unknown[], { time }: PricePlaces): number | undefined {
    if (this.spec.time === null) return receivedUs;
    const timeUs = time < 0 ? undefined : timeIn(row[time]);
    return timeUs === undefined || timeUs > receivedUs + aheadMaxUs ? undefined : timeUs;
  }

  #addPrice(topic: string, place: BarPlace, price: number, size: number | null): void {
    const open = this.#topics.get(topic)?.get(place.startUs) ?? this.#openBar(topic, place, price);
    if (open === null) return;
    open.add(price, size, place.countedUs);
    this.#dueUs = Math.min(this.#dueUs, open.dueUs(this.#pace));
  }

  /** Null past the limit of open bars. */
  #openBar(topic: string, place: BarPlace, price: number): OpenBar | null {
    if (this.#figures.openCount >= this.#figures.openMaxCount) {
      this.#figures.overLimitCount++;
      this.#lostUntilUs = Math.max(this.#lostUntilUs, place.countedUs);
      return null;
    }
    const open = new OpenBar(topic, place, price, this.#gapOf(topic, place.startUs));
    const bars = this.#topics.get(topic) ?? new Map<number, OpenBar>();
    this.#topics.set(topic, bars.set(place.startUs, open));
    this.#figures.openCount++;
    return open;
  }

  #gapOf(topic: string, startUs: number): BarGap | null {
    if (startUs < this.#sinceUs) return 'start';
    if (startUs <= this.#lostUntilUs) return 'lost';
    return this.#unreadableUs.get(topic) === startUs ? 'unreadable' : null;
  }

  #mark(open: OpenBar, gap: BarGap): void {
    open.markGap(gap);
    this.#dueUs = Math.min(this.#dueUs, open.dueUs(this.#pace));
  }

  #advanceTopic(topic: string, bars: Map<number, OpenBar>, nowUs: number, sink: BarSink): void {
    for (const [startUs, open] of inOrder(bars)) {
      const state = open.publishAt(nowUs, this.#pace);
      if (state !== null) sink(barTarget(this.spec.source, this.spec.target, topic), open, state);
      if (open.isOver(nowUs, this.#pace.graceUs)) {
        bars.delete(startUs);
        this.#figures.openCount--;
      } else this.#dueUs = Math.min(this.#dueUs, open.dueUs(this.#pace));
    }
    if (bars.size === 0) this.#topics.delete(topic);
  }
}

/** By start: late prices may have made an older bar after a newer one. */
const inOrder = (bars: Map<number, OpenBar>): Iterable<[number, OpenBar]> =>
  bars.size === 1 ? [...bars] : [...bars].sort(([left], [right]) => left - right);
