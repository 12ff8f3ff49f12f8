import type { LimitName } from './port-limits.js';

/** A limit that is reached again and again gets one log line in this time. */
const quietMs = 60_000;

/** Where a limit was reached. `address` is empty when the report is about several. */
type Report = (address: string, text: string) => void;

/** Counts how often each limit was reached, and reports the first time and then at most once a minute. Each plane has one. */
export class LimitReport<Name extends string = LimitName> {
  /** Since the start, by limit. */
  readonly hits: Record<Name, number>;
  readonly #clock: { readonly steadyMs: number };
  readonly #report: Report;
  /** Limits that were reported in the last minute: when, and how often they were reached since. */
  readonly #quiet = new Map<Name, { readonly sinceMs: number; moreCount: number }>();

  constructor(names: readonly Name[], clock: { readonly steadyMs: number }, report: Report) {
    this.hits = Object.fromEntries(names.map((name) => [name, 0])) as Record<Name, number>;
    this.#clock = clock;
    this.#report = report;
  }

  /** Counts one time that a limit was reached. `text` names the thing, the value and the limit. */
  hit(limit: Name, address: string, text: () => string): void {
    this.hits[limit]++;
    const quiet = this.#quiet.get(limit);
    if (quiet !== undefined) {
      quiet.moreCount++;
      return;
    }
    this.#quiet.set(limit, { sinceMs: this.#clock.steadyMs, moreCount: 0 });
    this.#report(address, text());
  }

  /** Reports what was kept quiet for a minute. Call once a second. */
  sweep(): void {
    for (const [limit, { sinceMs, moreCount }] of this.#quiet) {
      if (this.#clock.steadyMs - sinceMs < quietMs) continue;
      this.#quiet.delete(limit);
      if (moreCount === 0) continue;
      this.#report('', `the limit ${limit} was reached ${moreCount} more times in the last minute`);
      this.#quiet.set(limit, { sinceMs: this.#clock.steadyMs, moreCount: 0 });
    }
  }
}
