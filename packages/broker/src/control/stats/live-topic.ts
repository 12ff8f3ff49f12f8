import type { TopicFigures } from '@pulsemq/protocol';
import type { Row, topicColumns } from '../../port-report.js';
import type { TopicMinute } from './topic-minute.js';
import type { UsernameOf } from './usernames.js';

/** Totals of one topic, as the engine reports them. */
export type TopicRow = Row<typeof topicColumns>;

/** A topic that was not in a report for this long has no rate: the engine reports only topics that changed. */
const silentMs = 2_500;

/** A topic that was published to in this run. */
export interface LiveTopic {
  readonly route: number;
  readonly namespace: string;
  readonly topic: string;
  readonly epoch: number;
  /** Totals of the last report; null until there is one. */
  row: TopicRow | null;
  /** Rates between the last two reports, per second. */
  messageRate: number;
  byteRate: number;
  /** Time of the last report. */
  atMs: number;
  /** The last two minutes with a message or a drop, the newer one first. */
  minutes: readonly TopicMinute[];
}

const isSilent = ({ atMs }: LiveTopic): boolean => performance.now() - atMs > silentMs;

/** Messages per second now. */
export const currentRate = (live: LiveTopic): number => (isSilent(live) ? 0 : live.messageRate);

/** Figures of a topic as the API shows them. `minuteTs` is the start of the running minute, Unix seconds. */
export function topicFigures(live: LiveTopic, row: TopicRow, minuteTs: number, usernameOf: UsernameOf): TopicFigures {
  const minute = shownMinute(live, minuteTs);
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
    is_stale: row.isPublisherGone === 1,
    latency: {
      publisher_to_broker_ms: minute?.publisherDelays?.figures() ?? null,
      publisher_clock_ahead_count: minute?.aheadCount ?? 0,
      broker_to_socket_us: minute?.brokerDelays?.figures() ?? null,
    },
  };
}

/** The last full minute, or the running one when the topic is newer than that. */
function shownMinute({ minutes: [newer, older] }: LiveTopic, minuteTs: number): TopicMinute | undefined {
  return [newer, older].find((minute) => minute?.ts === minuteTs - 60) ?? (newer?.ts === minuteTs ? newer : undefined);
}
