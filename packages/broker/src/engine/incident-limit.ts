/** Incidents told per second at most: whoever floods the broker with nonsense must not flood the log. */
const maxPerSecond = 20;

/** Lets the first incidents of each second through and counts the rest. */
export class IncidentLimit {
  #second = 0;
  #count = 0;
  suppressedCount = 0;

  /** True when one more may be told. */
  admit(nowMs: number): boolean {
    const second = Math.floor(nowMs / 1000);
    if (second !== this.#second) {
      this.#second = second;
      this.#count = 0;
    }
    if (++this.#count <= maxPerSecond) return true;
    this.suppressedCount++;
    return false;
  }
}
