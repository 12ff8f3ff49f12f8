import type { TopicCondition, TopicFigures } from '@pulsemq/protocol';
import type { TopicMinute } from './topic-minute.js';
import type { UsernameOf } from './usernames.js';

/** Totals of one topic, as the engine reported them last: those of `topicColumns` that are shown. */
export class TopicTotals {
  sequence = 0;
  publishedCount = 0;
  publishedBytes = 0;
  matchedCount = 0;
  droppedCount = 0;
  conflatedCount = 0;
  subscriberCount = 0;
  lastPublishedMs = 0;
  publisherUserId = 0;

  set(row: Readonly<Omit<TopicTotals, 'set'>>): void {
    this.sequence = row.sequence;
    this.publishedCount = row.publishedCount;
    this.publishedBytes = row.publishedBytes;
    this.matchedCount = row.matchedCount;
    this.droppedCount = row.droppedCount;
    this.conflatedCount = row.conflatedCount;
    this.subscriberCount = row.subscriberCount;
    this.lastPublishedMs = row.lastPublishedMs;
    this.publisherUserId = row.publisherUserId;
  }
}

/** Delays of a minute that is over. */
export interface PastMinute {
  readonly ts: number;
  readonly latency: TopicFigures['latency'];
}

/** A topic that was not in a report for this long has no rate: the engine reports only topics that changed. */
const silentMs = 2_500;

/** A topic that was published to in this run. */
export class LiveTopic {
  readonly route: number;
  readonly namespace: string;
  readonly topic: string;
  readonly epoch: number;
  /** Totals of the last report; null until there is one. */
  row: TopicTotals | null = null;
  /** Rates between the last two reports, per second. */
  messageRate = 0;
  byteRate = 0;
  /** Time of the last report. */
  atMs = 0;
  /** The last minute with a message or a drop. */
  minute: TopicMinute | null = null;
  /** The one before, as far as it is shown. */
  minuteBefore: PastMinute | null = null;

  constructor(route: number, namespace: string, topic: string, epoch: number) {
    this.route = route;
    this.namespace = namespace;
    this.topic = topic;
    this.epoch = epoch;
  }
}

const isSilent = ({ atMs }: LiveTopic): boolean => performance.now() - atMs > silentMs;

/** Messages per second now. */
export const currentRate = (live: LiveTopic): number => (isSilent(live) ? 0 : live.messageRate);

/** Figures of a topic as the API shows them. `minuteTs` is the start of the running minute, Unix seconds. */
export function topicFigures(
  live: LiveTopic,
  row: TopicTotals,
  condition: TopicCondition,
  minuteTs: number,
  usernameOf: UsernameOf,
): TopicFigures {
  return {
    epoch: live.epoch,
    sequence: row.sequence,
    msg_total: row.publishedCount,
    byte_total: row.publishedBytes,
    delivered_total: row.matchedCount - row.droppedCount - row.conflatedCount,
    dropped_total: row.droppedCount,
    conflated_total: row.conflatedCount,
    msg_rate: currentRate(live),
    byte_rate: isSilent(live) ? 0 : live.byteRate,
    subscriber_count: row.subscriberCount,
    last_published_at: new Date(row.lastPublishedMs).toISOString(),
    last_publisher: usernameOf(row.publisherUserId),
    ...condition,
    latency: shownLatency(live, minuteTs) ?? noLatency,
  };
}

const noLatency: TopicFigures['latency'] = {
  publisher_to_broker_ms: null,
  publisher_clock_ahead_count: 0,
  broker_to_socket_us: null,
};

/** Of the last full minute, or of the running one when the topic is newer than that. */
function shownLatency({ minute, minuteBefore }: LiveTopic, minuteTs: number): TopicFigures['latency'] | undefined {
  if (minuteBefore?.ts === minuteTs - 60) return minuteBefore.latency;
  return minute?.ts === minuteTs - 60 || minute?.ts === minuteTs ? minute.latency() : undefined;
}
