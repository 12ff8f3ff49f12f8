import type { TopicFigures } from '@pulsemq/protocol';
import type { LogHistogram } from '../../log-histogram.js';
import type { TopicStatsRow } from '../store/stats-rows.js';
import { DelayBuckets, type DelayChange } from './delay-buckets.js';
import { delayText } from './delay-text.js';

/** New delays of both kinds: from publisher to broker in milliseconds, from read to write in microseconds. */
export interface TopicDelays {
  readonly publisherDelays: DelayChange;
  readonly brokerDelays: DelayChange;
}

/** What happened to a topic since the last report. */
export type TopicChange = Omit<TopicStatsRow, 'topicId' | 'ts' | keyof TopicDelays> & TopicDelays;

/** One topic in one minute. Delays are kept from the first one on, because most topics are quiet most of the time. */
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
  publisherDelays: DelayBuckets | null = null;
  brokerDelays: DelayBuckets | null = null;

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
      this.publisherDelays ??= new DelayBuckets();
      this.publisherDelays.add(change.publisherDelays);
    }
    if (change.brokerDelays.pairs.length > 0) {
      this.brokerDelays ??= new DelayBuckets();
      this.brokerDelays.add(change.brokerDelays);
    }
  }

  /** Delays as the API shows them. */
  latency(): TopicFigures['latency'] {
    return {
      publisher_to_broker_ms: this.publisherDelays?.figures() ?? null,
      publisher_clock_ahead_count: this.aheadCount,
      broker_to_socket_us: this.brokerDelays?.figures() ?? null,
    };
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
