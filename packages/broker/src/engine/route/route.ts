import { keyFrame as keyText } from '@pulsemq/protocol';
import { encodeFrame, FrameFlag } from '@pulsemq/zmtp';
import type { DeliverySource } from '../fanout/delivery.js';
import type { InterestGroup } from '../fanout/interest-group.js';
import type { Namespace } from './namespace.js';

/** One topic that has been published to: its sequence, its counters, and the groups its messages go to. */
export class Route implements DeliverySource {
  readonly namespace: Namespace;
  readonly topic: string;
  readonly keyFrame: Buffer;
  readonly epoch: number;
  sequenceHigh = 0;
  sequenceLow = 0;
  publishedCount = 0;
  publishedBytes = 0;
  /** Who gets it, as of `generation`. */
  groups: readonly InterestGroup[] = [];
  /** Generation of the namespace the groups were found in; -1 before the first time. */
  generation = -1;

  constructor(namespace: Namespace, topic: string, epoch: number) {
    this.namespace = namespace;
    this.topic = topic;
    this.keyFrame = Buffer.from(encodeFrame(keyText(namespace.name, topic), FrameFlag.more));
    this.epoch = epoch;
  }

  /** The next sequence number, kept in two halves because 64-bit integers cost on the hot path. */
  advance(payloadBytes: number): void {
    this.sequenceLow = (this.sequenceLow + 1) | 0;
    if (this.sequenceLow === 0) this.sequenceHigh++;
    this.publishedCount++;
    this.publishedBytes += payloadBytes;
  }
}
