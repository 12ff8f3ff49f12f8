// What one reader has got of each stream, which is a topic and an epoch: the sequences in order, the holes between them, and the gaps that
// its client has reported.

export class StreamRecord {
  name;
  faults = [];
  receivedCount = 0;
  #streams = new Map();
  #reported = new Map();

  constructor(name, client) {
    this.name = name;
    client.on('gap', ({ topic, epochChanged, missedCount }) => {
      const reported = this.#reportedOf(topic);
      if (epochChanged) reported.openCount += 1;
      else reported.missedCount += missedCount;
    });
  }

  saw({ topic, epoch, sequence, payload, isSnapshot }) {
    this.receivedCount += 1;
    const key = `${topic} ${epoch}`;
    let stream = this.#streams.get(key);
    if (stream === undefined) {
      stream = { topic, epoch, first: sequence, last: sequence - 1, holes: [], newest: '' };
      this.#streams.set(key, stream);
    }
    if (sequence <= stream.last) {
      // An image is of a message that may have come before.
      if (isSnapshot) return;
      this.faults.push(`${this.name}: ${topic}, epoch ${epoch}: ${sequence} after ${stream.last}`);
      return;
    }
    if (sequence > stream.last + 1) stream.holes.push([stream.last + 1, sequence - 1]);
    stream.last = sequence;
    stream.newest = Buffer.from(payload).toString();
  }

  streams() {
    return this.#streams.values();
  }

  of(key) {
    return this.#streams.get(key);
  }

  get lostCount() {
    let count = 0;
    for (const { holes } of this.#streams.values()) for (const [from, to] of holes) count += to - from + 1;
    return count;
  }

  /** The payload of this message has arrived in some stream of the topic. */
  hasNewest(topic, text) {
    for (const stream of this.#streams.values()) if (stream.topic === topic && stream.newest === text) return true;
    return false;
  }

  /** Texts about losses that the client has not reported. Only for topics of which one broker at a time has publishers. */
  unreported(topic) {
    const streams = [...this.#streams.values()].filter((stream) => stream.topic === topic);
    const lost = streams.flatMap(({ holes }) => holes).reduce((sum, [from, to]) => sum + to - from + 1, 0);
    const { missedCount, openCount } = this.#reportedOf(topic);
    const faults = [];
    if (missedCount < lost) faults.push(`${this.name}: ${topic}: ${lost} lost, ${missedCount} reported`);
    if (openCount < streams.length - 1) {
      faults.push(`${this.name}: ${topic}: ${streams.length} epochs, ${openCount} ends reported`);
    }
    return faults;
  }

  #reportedOf(topic) {
    let reported = this.#reported.get(topic);
    if (reported === undefined) {
      reported = { missedCount: 0, openCount: 0 };
      this.#reported.set(topic, reported);
    }
    return reported;
  }
}

/**
 * Texts about messages that a reader should have got: what `witness`, a reader at the broker of the publishers, has got of a stream must have
 * arrived, or lie in a hole of this reader, or before its first or after its last message; the last only where the broker has ended.
 */
export function missing(reader, witness, isAlive) {
  const faults = [];
  for (const stream of witness.streams()) {
    const own = reader.of(`${stream.topic} ${stream.epoch}`);
    const isTailMissing = own === undefined || own.last < stream.last;
    if (isTailMissing && isAlive(stream)) {
      faults.push(
        `${reader.name}: ${stream.topic}, epoch ${stream.epoch}: ends at ${own?.last}, not at ${stream.last}`,
      );
    }
  }
  return faults;
}
