import type { IncidentKind } from '../port.js';

/** Incidents of one kind told per second: whoever floods the broker with nonsense must not flood the log, nor hide the rest. */
const maxPerSecond = 20;

/** Lets the first incidents of each kind and second through and counts the others. */
export class IncidentLimit {
  readonly #counts = new Map<IncidentKind, number>();

  /** True when one more may be told. */
  admit(kind: IncidentKind): boolean {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return count <= maxPerSecond;
  }

  /** A new second: how many of each kind were not told in the last one. */
  *startSecond(): Generator<[kind: IncidentKind, count: number]> {
    for (const [kind, count] of this.#counts) if (count > maxPerSecond) yield [kind, count - maxPerSecond];
    this.#counts.clear();
  }
}
