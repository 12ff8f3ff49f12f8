import { LocalTime } from '../local-time.js';

/** All time zones change their clocks at a quarter of an hour, UTC. */
const quarterUs = 900_000_000;

/**
 * Says in which interval a time lies. Intervals begin at midnight of the zone and divide a day. An interval in which the clocks change is as
 * much longer or shorter; one shorter than the change comes twice where the clocks go back.
 */
export class BarClock {
  readonly #everyUs: number;
  readonly #zone: ZoneOffsets | null;

  /** `zone`: `UTC`, or a name such as `Asia/Shanghai`. Throws a RangeError when it is unknown. */
  constructor(everySeconds: number, zone: string) {
    this.#everyUs = everySeconds * 1_000_000;
    this.#zone = zone === 'UTC' ? null : new ZoneOffsets(zone);
  }

  /** Start of the interval of a time. Both are Unix microseconds. */
  startUs(timeUs: number): number {
    if (this.#zone === null) return timeUs - (timeUs % this.#everyUs);
    const offsetUs = this.#zone.offsetUs(timeUs);
    const localUs = timeUs + offsetUs;
    const localStartUs = localUs - (localUs % this.#everyUs);
    const startOffsetUs = this.#zone.offsetUs(localStartUs - offsetUs);
    return localStartUs - startOffsetUs;
  }

  /** Start of the interval after the one that begins at `startUs`. */
  endUs(startUs: number): number {
    const endUs = startUs + this.#everyUs;
    if (this.#zone === null) return endUs;
    const nextUs = this.startUs(endUs);
    if (nextUs > startUs) return nextUs;
    // The clocks go back within the interval, which is as much longer.
    return endUs + this.#zone.offsetUs(startUs) - this.#zone.offsetUs(endUs);
  }
}

/** What a zone is ahead of UTC. Asked once for each quarter of an hour, because the platform takes microseconds to answer. */
class ZoneOffsets {
  readonly #time: LocalTime;
  readonly #offsetsUs = new Map<number, number>();

  constructor(zone: string) {
    this.#time = new LocalTime(zone);
  }

  offsetUs(timeUs: number): number {
    const quarter = Math.floor(timeUs / quarterUs);
    let offsetUs = this.#offsetsUs.get(quarter);
    if (offsetUs === undefined) {
      const ms = (quarter * quarterUs) / 1_000;
      offsetUs = (this.#time.localMs(ms) - ms) * 1_000;
      this.#offsetsUs.set(quarter, offsetUs);
    }
    return offsetUs;
  }
}
