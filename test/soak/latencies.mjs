// Delays of messages of one minute.

export class Latencies {
  #ms = [];

  add(ms) {
    this.#ms.push(ms);
  }

  /** P50 and P99 since the last call. */
  take() {
    const sorted = Float64Array.from(this.#ms).sort();
    this.#ms = [];
    const at = (part) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    return { p50Ms: at(0.5), p99Ms: at(0.99) };
  }
}
