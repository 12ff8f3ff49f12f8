import { LogHistogram } from '../../log-histogram.js';
import type { TopicStatsRow } from '../store/stats-rows.js';
import { delayText } from './delay-text.js';

/** New delays of a topic: pairs of bucket and count, and the sum and the maximum of the values. */
export interface DelayChange {
  readonly pairs: Uint32Array;
  readonly sum: number;
  readonly max: number;
}

/** New delays of both kinds: from publisher to broker in milliseconds, from read to write in microseconds. */
export interface TopicDelays {
  readonly publisherDelays: DelayChange;
  readonly brokerDelays: DelayChange;
}

/** What happened to a topic since the last report. */
export type TopicChange = Omit<TopicStatsRow, 'topicId' | 'ts' | keyof TopicDelays> & TopicDelays;

/** One topic in one minute. Histograms are created with the first delay, because most topics are quiet most of the time. */
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
  /** The topic went stale in this minute. */
  isStale = false;
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
    return {
      topicId,
      ts: this.ts,
      msgCount: this.msgCount,
      byteCount: this.byteCount,
      matchedCount: this.matchedCount,
      droppedCount: this.droppedCount,
      subscriberCount: this.subscriberCount,
      aheadCount: this.aheadCount,
      publisherDelays: delayText(this.publisherDelays),
      brokerDelays: delayText(this.brokerDelays),
    };
  }
}

export function addDelays(delays: LogHistogram, { pairs, sum, max }: DelayChange): void {
  for (let at = 0; at < pairs.length; at += 2) delays.addBucket(pairs[at]!, pairs[at + 1]!);
  delays.addTotals(sum, max);
}
