import { benchNamespace } from '../wire/pulsemq.js';
import { topicList } from '../workloads/topics.js';

/** Topics by number: `market:sz000042.tick` is the key of number 42. Other keys are of topics that a check leaves out. */

const digitCount = 6;
const digitsAt = `${benchNamespace}:sz`.length;
const keyBytes = `${benchNamespace}:${topicList(1)[0]}`.length;
const zero = 0x30;

/** Number of the topic of a key; -1 for another kind of topic. */
export function topicIndexOf(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== keyBytes) return -1;
  let index = 0;
  for (let at = start + digitsAt; at < start + digitsAt + digitCount; at++) index = index * 10 + bytes[at]! - zero;
  return index;
}

/** Number of the topic with a name; -1 for another kind of topic. */
export function indexOfTopic(topic: string): number {
  const key = Buffer.from(`${benchNamespace}:${topic}`);
  return topicIndexOf(key, 0, key.length);
}

/** Name of the topic with a number. */
export const topicOf = (index: number): string => `sz${String(index).padStart(digitCount, '0')}.tick`;
