import type { TopicState, TopicStateReason, TopicStatuses, TopicStatus as WireStatus } from '@pulsemq/protocol';
import { protocolError } from './message-scanner.js';

/** Whether the last value of a topic can be relied on. */
export interface TopicStatus {
  readonly namespace: string;
  readonly topic: string;
  /** `stale` only where a freshness rule of the broker says what fresh means. */
  readonly state: TopicState;
  /** `gone`: every session that published to the topic in the last minute has ended. */
  readonly publisher: 'present' | 'gone';
  /** When the state began, by the broker's clock: Unix milliseconds with a fraction. */
  readonly since: number;
  /** Why the topic is in its state; null when there is nothing to say. */
  readonly reason: TopicStateReason;
  /** Age of the last message at which the topic is stale, by its freshness rule; null without a rule. */
  readonly maxAgeMs: number | null;
}

/**
 * The statuses of one TOPIC_STATUS: of its topic, or of those that its body lists where the topic is empty. Throws a PulseMQError
 * `PMQ_PROTOCOL` if there is neither.
 */
export function statusesOf(namespace: string, topic: string, body: object): TopicStatus[] {
  if (topic !== '') return [statusOf(namespace, topic, body as WireStatus)];
  const { topics } = body as Partial<TopicStatuses>;
  if (!Array.isArray(topics)) throw protocolError('a status has neither a topic nor a list of topics');
  return (topics as TopicStatuses['topics']).map((one) => statusOf(namespace, one.topic, one));
}

const statusOf = (
  namespace: string,
  topic: string,
  { state, publisher, since_us, reason, max_age_ms }: WireStatus,
): TopicStatus => ({
  namespace,
  topic,
  state,
  publisher,
  since: since_us / 1_000,
  reason,
  maxAgeMs: max_age_ms,
});
