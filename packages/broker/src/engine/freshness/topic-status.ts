import type { TopicStatus } from '@pulsemq/protocol';
import type { Clock } from '../clock.js';
import type { Namespace } from '../route/namespace.js';
import type { FreshnessWatch } from './freshness-watch.js';

/** The status of a topic at this moment. */
export function topicStatus(watch: FreshnessWatch, clock: Clock, namespace: Namespace, topic: string): TopicStatus {
  const route = namespace.newest(topic);
  const publisher = route === undefined || route.isPublisherGone ? 'gone' : 'present';
  if (!namespace.topics.has(topic)) {
    return { state: 'deleted', publisher: 'gone', since_us: clock.nowUs, reason: null, max_age_ms: null };
  }
  const freshness = watch.of(namespace)?.of(topic);
  if (route?.remote?.isReachable === false) {
    const max_age_ms = freshness?.rule.maxAgeMs ?? null;
    return { state: 'unreachable', publisher: 'gone', since_us: route.remote.changedUs, reason: null, max_age_ms };
  }
  if (freshness === undefined) {
    return { state: 'live', publisher, since_us: route?.turnReadUs ?? 0, reason: null, max_age_ms: null };
  }
  const { state, sinceUs, reason, rule } = freshness;
  return { state, publisher, since_us: sinceUs, reason, max_age_ms: rule.maxAgeMs };
}
