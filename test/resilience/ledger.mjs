// The record of one client. For each topic and epoch it has the range of sequences, the number of messages and the reported gaps. The
// client reports a gap before the message that reveals it, so a gap of known size belongs to the epoch of the message before.

export class Ledger {
  #topics = new Map();

  constructor(client) {
    client.on('gap', (gap) => this.#gap(gap));
  }

  /** Records a message. */
  saw({ topic, epoch, sequence }) {
    const seen = this.#of(topic);
    let range = seen.epochs.get(epoch);
    if (range === undefined) {
      range = { first: sequence, last: sequence, count: 0, missed: 0 };
      seen.epochs.set(epoch, range);
    } else if (range !== seen.current || sequence <= range.last) {
      seen.disordered.push(`epoch ${epoch}, ${sequence} after ${range.last}`);
    }
    seen.current = range;
    range.last = sequence;
    range.count += 1;
  }

  /** Texts about every sum that is wrong. Each topic must have `epochChanges` gaps of unknown size. */
  faults(epochChanges) {
    const faults = [];
    for (const [topic, { epochs, unknown, disordered }] of this.#topics) {
      for (const [epoch, { first, last, count, missed }] of epochs) {
        if (count + missed === last - first + 1) continue;
        faults.push(
          `${topic}, epoch ${epoch}: ${count} received + ${missed} missed, but sequences ${first} to ${last}`,
        );
      }
      faults.push(...disordered.map((what) => `${topic}: ${what}`));
      if (unknown !== epochChanges) faults.push(`${topic}: ${unknown} gaps of unknown size, expected ${epochChanges}`);
    }
    return faults;
  }

  /** Messages received and messages reported missing, over all topics. */
  get totals() {
    let received = 0;
    let missed = 0;
    for (const topic of this.#topics.values()) {
      for (const range of topic.epochs.values()) {
        received += range.count;
        missed += range.missed;
      }
    }
    return { received, missed };
  }

  get topicCount() {
    return this.#topics.size;
  }

  #gap({ topic, epochChanged, missedCount }) {
    const seen = this.#of(topic);
    if (epochChanged) seen.unknown += 1;
    else seen.current.missed += missedCount;
  }

  #of(topic) {
    let seen = this.#topics.get(topic);
    if (seen === undefined) {
      seen = { epochs: new Map(), current: null, unknown: 0, disordered: [] };
      this.#topics.set(topic, seen);
    }
    return seen;
  }
}
