// What one reader has got of each stream, which is a topic and an epoch, and which losses its client has reported, in order of arrival.
// When all is over, its messages and its gaps must make up what was published, exactly.

export class ReaderAccount {
  receivedCount = 0;
  recoveredCount = 0;
  gapCount = 0;
  faults = [];
  /** By topic. */
  #topics = new Map();
  #eventCount = 0;

  constructor(name) {
    this.name = name;
  }

  message({ namespace, topic, epoch, sequence, number, isRecovered, maybeDuplicate }) {
    const key = `${namespace}:${topic}`;
    const { streams, numbers } = this.#of(key);
    this.receivedCount += 1;
    if (isRecovered) this.recoveredCount += 1;
    if (numbers.has(number) && !maybeDuplicate) this.faults.push(`${this.name}: ${key}: number ${number} came twice`);
    numbers.add(number);
    const stream = streams.get(epoch) ?? { first: sequence, last: sequence - 1, holes: [], lastEvent: 0 };
    streams.set(epoch, stream);
    stream.lastEvent = ++this.#eventCount;
    if (sequence <= stream.last) {
      this.faults.push(`${this.name}: ${key}, epoch ${epoch}: ${sequence} after ${stream.last}`);
      return;
    }
    if (sequence > stream.last + 1) stream.holes.push([stream.last + 1, sequence - 1]);
    stream.last = sequence;
  }

  /** A loss with its numbers, or one of unknown size, which has none. */
  gap({ namespace, topic, from, to }) {
    const { ranges, opens } = this.#of(`${namespace}:${topic}`);
    this.gapCount += 1;
    this.#eventCount += 1;
    if (from === undefined) opens.push(this.#eventCount);
    else ranges.push([from, to]);
  }

  has(key, number) {
    return this.#topics.get(key)?.numbers.has(number) ?? false;
  }

  /** The last sequence of each stream of a topic. */
  *ends(key) {
    for (const [epoch, { last }] of this.#of(key).streams) yield [epoch, last];
  }

  get keys() {
    return [...this.#topics.keys()];
  }

  /** Messages of a topic that have not arrived, as `epoch sequence`. `ends`: the last known sequence of each stream. */
  lost(key, ends) {
    return this.#losses(key, ends).flatMap(({ epoch, from, to }) =>
      Array.from({ length: to - from + 1 }, (_, index) => `${epoch} ${from + index}`),
    );
  }

  /**
   * Texts about losses that were not reported, and about reported ones that are none. A loss at the end or the beginning of a stream may be
   * reported as one of unknown size; one between two messages has its numbers.
   */
  wrong(key, ends) {
    const { faults, left } = this.#check(key, ends);
    if (left.length > 0) faults.push(`${this.name}: ${key}: reported and not missing: ${left.slice(0, 10).join(', ')}`);
    return faults;
  }

  /** It has reported this sequence of a topic as missing, and it is none of those that are known to be. */
  reportsBeyond(key, ends, sequence) {
    return this.#check(key, ends).left.includes(sequence);
  }

  /** `left`: reported sequences that are not missing. */
  #check(key, ends) {
    const { ranges, opens } = this.#of(key);
    const losses = this.#losses(key, ends);
    const reported = countEach(ranges);
    const faults = [];
    for (const { epoch, from, to, isInside, after } of losses) {
      const isExact = takeRange(reported, from, to);
      // A part of it may have been reported with its numbers before the rest was, without.
      if (!isExact) for (let at = from; at <= to; at++) takeRange(reported, at, at);
      const isOpen = !isInside && opens.some((event) => event > after);
      const where = `${this.name}: ${key}, epoch ${epoch}: ${from} to ${to}`;
      if (!isExact && !isOpen) faults.push(`${where} is not reported after event ${after}; unknown sizes at ${opens}`);
    }
    return { faults, left: [...reported].filter(([, count]) => count > 0).map(([sequence]) => sequence) };
  }

  #losses(key, ends) {
    const { streams } = this.#of(key);
    return [...ends].flatMap(([epoch, end]) => lossesOf(streams.get(epoch), end).map((loss) => ({ epoch, ...loss })));
  }

  #of(key) {
    let topic = this.#topics.get(key);
    if (topic === undefined) {
      topic = { streams: new Map(), numbers: new Set(), ranges: [], opens: [] };
      this.#topics.set(key, topic);
    }
    return topic;
  }
}

/** `after`: the event after which a gap of unknown size stands for this loss. */
function lossesOf(stream, end) {
  if (stream === undefined) return [{ from: 1, to: end, isInside: false, after: 0 }];
  const { first, last, holes, lastEvent } = stream;
  const losses = holes.map(([from, to]) => ({ from, to, isInside: true, after: 0 }));
  if (first > 1) losses.push({ from: 1, to: first - 1, isInside: false, after: 0 });
  if (last < end) losses.push({ from: last + 1, to: end, isInside: false, after: lastEvent });
  return losses;
}

/** How often each sequence lies in one of the ranges. */
function countEach(ranges) {
  const counts = new Map();
  for (const [from, to] of ranges) {
    for (let sequence = from; sequence <= to; sequence++) counts.set(sequence, (counts.get(sequence) ?? 0) + 1);
  }
  return counts;
}

/** True when the counts have the whole range, which is taken from them then. */
function takeRange(counts, from, to) {
  for (let sequence = from; sequence <= to; sequence++) if (!(counts.get(sequence) > 0)) return false;
  for (let sequence = from; sequence <= to; sequence++) counts.set(sequence, counts.get(sequence) - 1);
  return true;
}
