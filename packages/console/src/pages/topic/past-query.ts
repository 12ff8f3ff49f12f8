import type { ApiTopic } from '@pulsemq/protocol';
import { momentOf } from '../../format/clock.js';
import { clockMsText, dateText } from '../../format/time.js';

/** Rows on the page. */
export const pastRowCount = 200;
/** The page opens this long before the last message. */
const lookBackMs = 300_000;

const lastMs = ({ live }: ApiTopic): number => (live === null ? Date.now() : Date.parse(live.last_published_at));

/** The time that a tab begins with, as a date field has it: some minutes before the last message. */
export const firstTime = (topic: ApiTopic): string => fieldTime(new Date(lastMs(topic) - lookBackMs));

/** The first time after the last message, as a date field has it. */
export const lastTime = (topic: ApiTopic): string => fieldTime(new Date(lastMs(topic) + 1));

/** A time as a date field has it, by the clock of the page. */
export const fieldTime = (at: Date): string => `${dateText(at)}T${clockMsText(at)}`;

/** The query for rows from a time of a date field; null for a field that is not filled. */
export function pastQuery(topic: ApiTopic, from: string, limit: number) {
  const at = from === '' ? null : momentOf(from);
  if (at !== null && Number.isNaN(at.getTime())) return null;
  const { namespace, name: pattern } = topic;
  return { namespace, pattern, from: at?.toISOString(), limit };
}
