import type { IncidentKind } from '../port.js';

/** Incidents of one kind that are reported in a second. A flood of one kind must not fill the log or hide the others. */
const maxPerSecond = 20;

/** Admits the first incidents of each kind in each second and counts the others. */
export class IncidentLimit {
  readonly #counts = new Map<IncidentKind, number>();

  /** One more incident of this kind may be reported. */
  admit(kind: IncidentKind): boolean {
    const count = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, count);
    return count <= maxPerSecond;
  }

  /** Begins a new second; returns how many of each kind were not reported in the last one. */
  *startSecond(): Generator<[kind: IncidentKind, count: number]> {
    for (const [kind, count] of this.#counts) if (count > maxPerSecond) yield [kind, count - maxPerSecond];
    this.#counts.clear();
  }
}
