import { LogHistogram } from '../../log-histogram.js';
import type { TopicStatsRow } from '../store/stats-rows.js';
import { delayText } from './delay-text.js';

/** What happened to a topic since the report before. */
export interface TopicChange {
  readonly msgCount: number;
  readonly byteCount: number;
  readonly matchedCount: number;
  readonly droppedCount: number;
  readonly subscriberCount: number;
  readonly aheadCount: number;
  readonly publisherDelays: DelayChange;
  readonly brokerDelays: DelayChange;
}

/** New delays of a topic: pairs of bucket and count, their sum and maximum. */
export interface DelayChange {
  readonly pairs: Uint32Array;
  readonly sum: number;
  readonly max: number;
}

/** One topic in one minute. Most topics are quiet most of the time, so histograms are made when there is something. */
export class TopicMinute {
  /** Start of the minute, Unix seconds. */
  readonly ts: number;
  readonly namespace: string;
  readonly topic: string;
  msgCount = 0;
  byteCount = 0;
  matchedCount = 0;
  droppedCount = 0;
  subscriberCount = 0;
  aheadCount = 0;
  publisherDelays: LogHistogram | null = null;
  brokerDelays: LogHistogram | null = null;

  constructor(ts: number, namespace: string, topic: string) {
    this.ts = ts;
    this.namespace = namespace;
    this.topic = topic;
  }

  add(change: TopicChange): void {
    this.msgCount += change.msgCount;
    this.byteCount += change.byteCount;
    this.matchedCount += change.matchedCount;
    this.droppedCount += change.droppedCount;
    this.aheadCount += change.aheadCount;
    this.subscriberCount = Math.max(this.subscriberCount, change.subscriberCount);
    if (change.publisherDelays.pairs.length > 0) {
      this.publisherDelays ??= new LogHistogram();
      addDelays(this.publisherDelays, change.publisherDelays);
    }
    if (change.brokerDelays.pairs.length > 0) {
      this.brokerDelays ??= new LogHistogram();
      addDelays(this.brokerDelays, change.brokerDelays);
    }
  }

  row(topicId: number): TopicStatsRow {
    const { ts, msgCount, byteCount, matchedCount, droppedCount, subscriberCount, aheadCount } = this;
    return {
      ...{ topicId, ts, msgCount, byteCount, matchedCount, droppedCount, subscriberCount, aheadCount },
      publisherDelays: delayText(this.publisherDelays),
      brokerDelays: delayText(this.brokerDelays),
    };
  }
}

export function addDelays(delays: LogHistogram, { pairs, sum, max }: DelayChange): void {
  for (let at = 0; at < pairs.length; at += 2) delays.addBucket(pairs[at]!, pairs[at + 1]!);
  delays.addTotals(sum, max);
}
