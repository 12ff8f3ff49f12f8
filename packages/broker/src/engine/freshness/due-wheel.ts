/** Something to be looked at when it is due. */
export interface Due {
  /** Milliseconds of the monotonic clock. */
  dueMs: number;
}

/** Time of one slot. What is due is found at most this late, and a little later when the loop is busy. */
const slotMs = 50;
const slotCount = 512;

/** Timers for many things at the cost of one: a wheel of slots. What is due after one turn of the wheel stays in its slot until then. */
export class DueWheel<Item extends Due> {
  readonly #slots: Item[][] = Array.from({ length: slotCount }, () => []);
  /** Number of the slot, counted from the clock's zero, up to which all that was due has been taken. */
  #passed: number;
  count = 0;

  constructor(steadyMs: number) {
    this.#passed = Math.floor(steadyMs / slotMs);
  }

  static readonly slotMs = slotMs;

  add(item: Item): void {
    const slot = Math.max(this.#passed + 1, Math.ceil(item.dueMs / slotMs));
    this.#slots[slot % slotCount]!.push(item);
    this.count++;
  }

  /** Takes out what is due. */
  take(steadyMs: number): Item[] {
    const until = Math.floor(steadyMs / slotMs);
    const due: Item[] = [];
    const first = Math.max(this.#passed + 1, until - slotCount + 1);
    for (let slot = first; slot <= until; slot++) this.#takeSlot(slot % slotCount, until * slotMs, due);
    this.#passed = Math.max(this.#passed, until);
    this.count -= due.length;
    return due;
  }

  #takeSlot(index: number, untilMs: number, due: Item[]): void {
    const slot = this.#slots[index]!;
    if (slot.length === 0) return;
    const later: Item[] = [];
    for (const item of slot) (item.dueMs <= untilMs ? due : later).push(item);
    this.#slots[index] = later;
  }
}
