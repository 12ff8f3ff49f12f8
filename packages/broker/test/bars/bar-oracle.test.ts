import type { MarketCalendar } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { BarClock } from '../../src/bars/bar-clock.js';
import { barSeconds } from '../../src/bars/bar-length.js';
import { Calendar } from '../../src/calendar.js';
import { BarScene, type MadeBar, shanghai, spec, usOf } from './bar-scene.js';

/** Scenes with other random ticks: `PULSEMQ_BARS=1000` for more, `PULSEMQ_SEED` for others. */
const sceneCount = Number(process.env.PULSEMQ_BARS ?? 10);
const seed = Number(process.env.PULSEMQ_SEED ?? 1);

/** Mulberry32. */
function randomFrom(start: number): () => number {
  let state = start >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

const night: MarketCalendar = {
  time_zone: 'America/New_York',
  weekdays: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'],
  ranges: [
    ['20:10', '03:20'],
    ['05:00', '06:15'],
  ],
  holidays: [],
};
/** Beginnings: an ordinary day, and in New York those on which the clocks go forward and back. */
const days = ['2026-11-30T01:00:00Z', '2026-03-08T05:30:00Z', '2026-11-01T04:30:00Z'];
const intervals = ['1s', '30s', '1m', '5m', '30m', '1h', '2h', '4h', '1d'];
const zones = ['UTC', 'Asia/Shanghai', 'America/New_York'];
const calendars = [null, shanghai, night];

/** A bar as the slow way makes it. */
interface SlowBar {
  startUs: number;
  endUs: number;
  ticks: { timeUs: number; price: number; size: number }[];
}

/** Finds bars by trying every moment at which something may begin or end. */
class SlowTimes {
  readonly #clock: BarClock;
  readonly #stepUs: number;
  readonly #calendar: Calendar | null;
  readonly #isOpen = new Map<number, boolean>();

  constructor(seconds: number, zone: string, hours: MarketCalendar | null) {
    this.#clock = new BarClock(seconds, zone);
    this.#stepUs = Math.min(seconds, 900) * 1_000_000;
    this.#calendar = hours === null ? null : new Calendar(hours);
  }

  /** Ranges begin and end with a minute. */
  isOpen(us: number): boolean {
    if (this.#calendar === null) return true;
    const minute = Math.floor(us / 60_000_000);
    if (!this.#isOpen.has(minute)) this.#isOpen.set(minute, this.#calendar.at(minute * 60_000).isOpen);
    return this.#isOpen.get(minute)!;
  }

  counted(us: number, graceUs: number): number | null {
    if (this.isOpen(us)) return us;
    for (let closeUs = us - (us % 60_000_000); us - closeUs <= graceUs + 999; closeUs -= 60_000_000) {
      if (this.isOpen(closeUs - 1)) return closeUs - 1;
    }
    return null;
  }

  place(us: number): { startUs: number; endUs: number } {
    const startUs = this.#clock.startUs(us);
    let endUs = startUs + this.#stepUs;
    while (this.#clock.startUs(endUs) === startUs) endUs += this.#stepUs;
    for (let closeUs = endUs; closeUs > startUs; closeUs -= 60_000_000) {
      if (closeUs === endUs && this.isOpen(closeUs - 1)) break;
      if (closeUs % 60_000_000 === 0 && this.isOpen(closeUs - 1)) return { startUs, endUs: closeUs };
    }
    return { startUs, endUs };
  }
}

/** What a bar must say after these ticks, in the order in which they came. */
function shown({ startUs, ticks }: SlowBar): object {
  const byTime = ticks
    .map((tick, order) => ({ ...tick, order }))
    .sort((a, b) => a.timeUs - b.timeUs || a.order - b.order);
  const prices = ticks.map(({ price }) => price);
  return {
    t: startUs / 1_000,
    open: byTime[0]!.price,
    close: byTime.at(-1)!.price,
    high: Math.max(...prices),
    low: Math.min(...prices),
    volume: ticks.reduce((sum, { size }) => sum + size, 0),
    count: ticks.length,
  };
}

test.each(Array.from({ length: sceneCount }, (_, index) => seed * 10_000 + index))(
  'random ticks, late ones among them, make the bars that a slow way finds: seed %i',
  (start) => {
    const random = randomFrom(start);
    const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
    const [interval, hours, time] = [pick(intervals), pick(calendars), pick([null, 'at'])];
    const zone = hours?.time_zone ?? pick(zones);
    const graceMs = pick([0, 3_000, 600_000]);
    const scene = new BarScene([
      spec({ interval, hours, time, zone: hours === null ? zone : null, grace_ms: graceMs }),
    ]);
    const slow = new SlowTimes(barSeconds(interval)!, zone, hours);
    const bars = new Map<number, SlowBar>();
    const made: MadeBar[] = [];
    const stepUs = pick([400_000, 20_000_000, 900_000_000]);
    let nowUs = usOf(pick(days));
    let reachedUs = 0;
    for (let count = 0; count < 150; count++) {
      nowUs += Math.floor(random() * stepUs);
      const timeUs = time === null ? nowUs : nowUs - Math.floor(random() ** 4 * 900_000_000);
      const [price, size] = [Math.floor(random() * 1_000), Math.floor(random() * 10)];
      scene.tick(nowUs, { at: timeUs, price, size });
      const countedUs = slow.counted(timeUs, graceMs * 1_000);
      if (countedUs !== null) {
        const place = slow.place(countedUs);
        if (reachedUs < place.endUs + graceMs * 1_000) {
          const bar = bars.get(place.startUs) ?? { ...place, ticks: [] };
          bars.set(place.startUs, bar);
          bar.ticks.push({ timeUs: countedUs, price, size });
        }
      }
      if (random() < 0.6) continue;
      reachedUs = nowUs;
      for (const bar of scene.until(nowUs)) {
        made.push(bar);
        const wanted = bars.get(bar.t * 1_000)!;
        expect(bar).toMatchObject({ ...shown(wanted), isFinal: true, isComplete: true });
        expect(wanted.endUs).toBeLessThanOrEqual(nowUs);
      }
      const ended = [...bars.values()].filter(({ endUs }) => endUs <= nowUs).map(({ startUs }) => startUs / 1_000);
      expect(new Set(made.map(({ t }) => t))).toEqual(new Set(ended));
    }
    made.push(...scene.until(nowUs + 200_000_000_000));
    const byStart = new Map<number, MadeBar[]>();
    for (const bar of made) byStart.set(bar.t, [...(byStart.get(bar.t) ?? []), bar]);
    expect([...byStart.keys()].sort()).toEqual([...bars.keys()].map((us) => us / 1_000).sort());
    for (const [t, messages] of byStart) {
      expect(messages.map(({ isCorrected }) => isCorrected)).toEqual(messages.map((_, index) => index > 0));
      expect(messages.at(-1)).toMatchObject(shown(bars.get(t * 1_000)!));
    }
    expect(scene.maker.figures.openCount).toBe(0);
  },
);
