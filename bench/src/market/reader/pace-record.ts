/** Updates of each topic at one lane, and when the newest one was due and arrived. */
export class PaceRecord {
  readonly updateCounts: Uint32Array;
  readonly #dueNs: Float64Array;
  readonly #arrivedNs: Float64Array;

  constructor(topicCount: number) {
    this.updateCounts = new Uint32Array(topicCount);
    this.#dueNs = new Float64Array(topicCount);
    this.#arrivedNs = new Float64Array(topicCount);
  }

  onDelivery(topic: number, dueNs: number, arrivedNs: number): void {
    this.updateCounts[topic]!++;
    this.#dueNs[topic] = dueNs;
    this.#arrivedNs[topic] = arrivedNs;
  }

  /** Milliseconds from publish to arrival of the newest value of each topic. */
  newestDelaysMs(): Float64Array {
    return this.#arrivedNs.map((arrivedNs, topic) => (arrivedNs - this.#dueNs[topic]!) / 1e6);
  }
}
