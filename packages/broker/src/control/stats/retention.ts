import { nextTurn } from '../next-turn.js';
import type { Store } from '../store/store.js';
import type { StatsSettings } from './stats-settings.js';

const dayMs = 86_400_000;

/** The clocks of the system; a test brings others. */
export interface Clocks {
  /** Unix milliseconds. */
  wallMs(): number;
  /** Milliseconds that no setting of the clock changes. */
  steadyMs(): number;
}

const systemClocks: Clocks = { wallMs: () => Date.now(), steadyMs: () => performance.now() };

/**
 * Removes statistics and audit rows that are too old. A row's age is never more than what the steady clock says: a wall clock that is set ahead
 * while the broker runs must not remove anything.
 */
export class Retention {
  readonly #store: Store;
  readonly #settings: StatsSettings;
  readonly #clocks: Clocks;
  readonly #startWallMs: number;
  readonly #startSteadyMs: number;

  constructor(store: Store, settings: StatsSettings, clocks: Clocks = systemClocks) {
    this.#store = store;
    this.#settings = settings;
    this.#clocks = clocks;
    this.#startWallMs = clocks.wallMs();
    this.#startSteadyMs = clocks.steadyMs();
  }

  /** Removes what is too old now, a part at a time. */
  async removeOld(): Promise<void> {
    const { stats, audit } = this.#store;
    const { minute_stats_retention_days, hour_stats_retention_days, audit_retention_days } = this.#settings();
    const nowMs = this.#nowMs();
    const secondsBefore = (days: number): number => Math.floor((nowMs - days * dayMs) / 1_000);
    await untilNothing(() => stats.removeOldest('minute', secondsBefore(minute_stats_retention_days)));
    await untilNothing(() => stats.removeOldest('hour', secondsBefore(hour_stats_retention_days)));
    const auditTime = new Date(nowMs - audit_retention_days * dayMs).toISOString();
    await untilNothing(() => audit.removeOldest(auditTime));
  }

  #nowMs(): number {
    const passedMs = this.#clocks.steadyMs() - this.#startSteadyMs;
    return Math.min(this.#clocks.wallMs(), this.#startWallMs + passedMs);
  }
}

async function untilNothing(remove: () => Promise<number>): Promise<void> {
  while ((await remove()) > 0) await nextTurn();
}
