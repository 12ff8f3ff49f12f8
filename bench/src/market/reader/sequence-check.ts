import { BlockBit } from '@pulsemq/protocol';
import { topicOf } from '../topic-index.js';
import type { Faults } from './faults.js';

const saturatedCount = 0xffff;

/** Holds the deliveries of one lane against the sequences of their topics. */
export class SequenceCheck {
  /** The newest sequence of each topic; 0 before the first. */
  readonly newest: Uint32Array;
  /** Sum of `newest`. */
  sequenceSum: number;
  seenTopicCount = 0;
  deliveredCount = 0;
  imageCount = 0;
  /** Updates that the deliveries stand for, images not counted. */
  updateCount = 0;
  conflatedCount = 0;
  readonly #faults: Faults;
  /** The broker has said that it dropped messages of this lane. */
  #hasDropNotice = false;

  /** `startSequence` is the sequence of every topic when the lane subscribes without a snapshot; 0 with one. */
  constructor(topicCount: number, startSequence: number, faults: Faults) {
    this.newest = new Uint32Array(topicCount).fill(startSequence);
    this.sequenceSum = topicCount * startSequence;
    this.#faults = faults;
  }

  onDelivery(topic: number, sequence: number, bits: number, conflatedCount: number): void {
    const before = this.newest[topic];
    if (before === undefined) return this.#faults.add('unknown topic', () => topicOf(topic));
    const isImage = (bits & BlockBit.snapshot) !== 0;
    const standsFor = (bits & BlockBit.conflated) === 0 ? 1 : conflatedCount;
    if ((bits & BlockBit.dropped) !== 0) this.#onDropNotice(topic, sequence);
    if (isImage) this.imageCount++;
    else this.#count(standsFor);
    if (before === 0) this.seenTopicCount++;
    else if (sequence <= before) return this.#wrongOrder(topic, before, sequence);
    else if (isImage) this.#checkLaterImage(topic, before, sequence);
    else this.#checkStep(topic, before, sequence, standsFor);
    this.newest[topic] = sequence;
    this.sequenceSum += sequence - before;
  }

  /** Compares with the last sequence that was published to each topic. */
  checkNewest(expected: Uint32Array): void {
    for (const [topic, wanted] of expected.entries()) {
      const got = this.newest[topic]!;
      if (got !== wanted) this.#faults.add('wrong newest', () => `${topicOf(topic)} ended at ${got}, not ${wanted}`);
    }
  }

  #count(standsFor: number): void {
    this.deliveredCount++;
    this.updateCount += standsFor;
    if (standsFor > 1) this.conflatedCount++;
  }

  /** The protocol allows drops, but no scenario lets a lane lag that far. */
  #onDropNotice(topic: number, sequence: number): void {
    this.#hasDropNotice = true;
    this.#faults.add('drop notice', () => `${topicOf(topic)} ${sequence}`);
  }

  #wrongOrder(topic: number, before: number, sequence: number): void {
    const kind = sequence === before ? 'duplicate' : 'older after newer';
    this.#faults.add(kind, () => `${topicOf(topic)} ${sequence} after ${before}`);
  }

  /** An image that is newer than what was delivered means that the broker dropped a live message. */
  #checkLaterImage(topic: number, before: number, sequence: number): void {
    if (this.#hasDropNotice) return;
    this.#faults.add('image after a delivery', () => `${topicOf(topic)} image ${sequence} after ${before}`);
  }

  /** A delivery follows the one before, or stands for all updates since. */
  #checkStep(topic: number, before: number, sequence: number, standsFor: number): void {
    const missing = sequence - before - standsFor;
    if (missing === 0 || (missing > 0 && standsFor === saturatedCount)) return;
    const gap = this.#hasDropNotice ? 'gap after a drop notice' : 'gap';
    const kind = missing > 0 ? gap : 'conflated count too high';
    this.#faults.add(kind, () => `${topicOf(topic)} from ${before} to ${sequence}, which stands for ${standsFor}`);
  }
}
