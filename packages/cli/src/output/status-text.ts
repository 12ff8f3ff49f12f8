import type { TopicStatus } from '@pulsemq/client';
import { isoTime } from './iso-time.js';

/** The status of a topic for people: `market:a.quote is stale: no message for 5000 ms`. */
export function statusText(status: TopicStatus): string {
  const { namespace, topic, state, publisher } = status;
  const reason = reasonText(status);
  const gone = publisher === 'gone' && state === 'live' ? ', but its publisher has left' : '';
  return `${namespace}:${topic} is ${state}${gone}${reason === '' ? '' : `: ${reason}`}`;
}

function reasonText({ reason, maxAgeMs }: TopicStatus): string {
  switch (reason) {
    case 'silent':
      return `no message for ${maxAgeMs} ms`;
    case 'publisher_gone':
      return 'its publisher has left';
    case 'never_started':
      return 'nothing was published since the broker started';
    case 'outside_hours':
      return 'outside the hours of its calendar';
    case null:
      return '';
    default:
      return reason satisfies never;
  }
}

/** The status as one JSON object. */
export const statusJson = ({ namespace, topic, state, publisher, since, reason, maxAgeMs }: TopicStatus): string =>
  JSON.stringify({
    namespace,
    topic,
    status: { state, publisher, since: isoTime(since), reason, max_age_ms: maxAgeMs },
  });
