/** Violations of one rule. */
export interface Fault {
  readonly kind: string;
  readonly count: number;
  /** What the first one was. */
  readonly first: string;
}

/** Violations that a reader saw, by the rule. */
export class Faults {
  readonly #byKind = new Map<string, { count: number; readonly first: string }>();

  /** `describe` is called only for the first one of a kind. */
  add(kind: string, describe: () => string): void {
    const known = this.#byKind.get(kind);
    if (known !== undefined) known.count++;
    else this.#byKind.set(kind, { count: 1, first: describe() });
  }

  list(): Fault[] {
    return [...this.#byKind].map(([kind, { count, first }]) => ({ kind, count, first }));
  }
}
