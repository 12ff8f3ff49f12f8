// What one client saw of each topic: by epoch the range of sequences, how many came, and the gaps that were reported.

export class Ledger {
  #topics = new Map();

  constructor(client) {
    client.on('gap', (gap) => this.#gap(gap));
  }

  /** One message. */
  saw({ topic, epoch, sequence }) {
    const seen = this.#of(topic);
    let range = seen.epochs.get(epoch);
    if (range === undefined) {
      range = { first: sequence, last: sequence, count: 0 };
      seen.epochs.set(epoch, range);
    }
    range.last = sequence;
    range.count += 1;
  }

  /** Sentences about whatever does not add up; `epochChanges` is how many gaps of unknown size each topic must have. */
  faults(epochChanges) {
    const faults = [];
    for (const [topic, { epochs, missed, unknown }] of this.#topics) {
      let range = 0;
      let received = 0;
      for (const { first, last, count } of epochs.values()) {
        range += last - first + 1;
        received += count;
      }
      if (received + missed !== range) faults.push(`${topic}: ${received} received + ${missed} missed, range ${range}`);
      if (unknown !== epochChanges) faults.push(`${topic}: ${unknown} gaps of unknown size for ${epochChanges} kills`);
    }
    return faults;
  }

  /** Received and reported missing over all topics. */
  get totals() {
    let received = 0;
    let missed = 0;
    for (const topic of this.#topics.values()) {
      missed += topic.missed;
      for (const { count } of topic.epochs.values()) received += count;
    }
    return { received, missed };
  }

  get topicCount() {
    return this.#topics.size;
  }

  #gap({ topic, epochChanged, missedCount }) {
    const seen = this.#of(topic);
    if (epochChanged) seen.unknown += 1;
    else seen.missed += missedCount;
  }

  #of(topic) {
    let seen = this.#topics.get(topic);
    if (seen === undefined) {
      seen = { epochs: new Map(), missed: 0, unknown: 0 };
      this.#topics.set(topic, seen);
    }
    return seen;
  }
}
