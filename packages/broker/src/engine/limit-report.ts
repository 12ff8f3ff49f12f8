import type { EngineEvent } from '../port.js';
import { type LimitName, limitNames } from '../port-limits.js';
import type { Clock } from './clock.js';

/** A limit that is reached again and again gets one log line in this time. */
const quietMs = 60_000;

/** Counts how often each limit was reached, and reports the first time and then at most once a minute. */
export class LimitReport {
  /** Since the start, by limit. */
  readonly hits = Object.fromEntries(limitNames.map((name) => [name, 0])) as Record<LimitName, number>;
  readonly #clock: Clock;
  readonly #emit: (event: EngineEvent) => void;
  /** Limits that were reported in the last minute: when, and how often they were reached since. */
  readonly #quiet = new Map<LimitName, { readonly sinceMs: number; moreCount: number }>();

  constructor(clock: Clock, emit: (event: EngineEvent) => void) {
    this.#clock = clock;
    this.#emit = emit;
  }

  /** Counts one time that a limit was reached. `text` names the thing, the value and the limit. */
  hit(limit: LimitName, address: string, text: () => string): void {
    this.hits[limit]++;
    const quiet = this.#quiet.get(limit);
    if (quiet !== undefined) {
      quiet.moreCount++;
      return;
    }
    this.#quiet.set(limit, { sinceMs: this.#clock.steadyMs, moreCount: 0 });
    this.#emit({ kind: 'incident', incident: 'limitReached', address, text: text() });
  }

  /** Reports what was kept quiet for a minute. Call once a second. */
  sweep(): void {
    for (const [limit, { sinceMs, moreCount }] of this.#quiet) {
      if (this.#clock.steadyMs - sinceMs < quietMs) continue;
      this.#quiet.delete(limit);
      if (moreCount === 0) continue;
      const text = `the limit ${limit} was reached ${moreCount} more times in the last minute`;
      this.#emit({ kind: 'incident', incident: 'limitReached', address: '', text });
      this.#quiet.set(limit, { sinceMs: this.#clock.steadyMs, moreCount: 0 });
    }
  }
}
