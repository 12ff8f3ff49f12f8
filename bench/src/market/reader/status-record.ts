import type { TopicStatus, TopicStatuses } from '@pulsemq/protocol';
import { indexOfTopic, topicOf } from '../topic-index.js';
import type { Faults } from './faults.js';
import type { WantedStatus } from './reader-job.js';

/** What one lane knows of a topic. Times are nanoseconds of the monotonic clock; 0 for never. */
interface Known {
  status: TopicStatus | null;
  changedNs: number;
  /** When the last message before the change was due. */
  lastDueNs: number;
  /** Arrival of the first message since the topic was last stale. */
  firstMessageNs: number;
  /** When the last message was due. */
  dueNs: number;
}

/** The statuses of topics at one lane. */
export class StatusRecord {
  /** Monotonic clock at the last status, nanoseconds. */
  lastChangeNs = 0;
  readonly #topics: readonly Known[];

  constructor(topicCount: number) {
    this.#topics = Array.from({ length: topicCount }, () => ({
      status: null,
      changedNs: 0,
      lastDueNs: 0,
      firstMessageNs: 0,
      dueNs: 0,
    }));
  }

  onDelivery(topic: number, dueNs: number, arrivedNs: number): void {
    const known = this.#topics[topic]!;
    known.dueNs = dueNs;
    if (known.firstMessageNs === 0) known.firstMessageNs = arrivedNs;
  }

  /** One status, or, with an empty topic, a list of them. */
  onStatus(topic: string, payload: string, arrivedNs: number): void {
    const body = JSON.parse(payload) as TopicStatus | TopicStatuses;
    if ('topics' in body) for (const one of body.topics) this.#change(one.topic, one, arrivedNs);
    else this.#change(topic, body, arrivedNs);
  }

  /** Topics that do not have the status. */
  missingCount({ state, reason }: WantedStatus): number {
    return this.#topics.filter(({ status }) => status?.state !== state || status.reason !== reason).length;
  }

  /** The longest delay of all topics, milliseconds. */
  longestMs({ since, leastMs }: WantedStatus, faults: Faults): number {
    let longestMs = 0;
    for (const [topic, known] of this.#topics.entries()) {
      const delayMs = (known.changedNs - startNs(known, since)) / 1e6;
      if (delayMs < leastMs) faults.add('stale too early', () => `${topicOf(topic)} after ${delayMs.toFixed(1)} ms`);
      longestMs = Math.max(longestMs, delayMs);
    }
    return longestMs;
  }

  #change(topic: string, status: TopicStatus, arrivedNs: number): void {
    const known = this.#topics[indexOfTopic(topic)];
    if (known === undefined) return;
    known.status = status;
    known.changedNs = arrivedNs;
    known.lastDueNs = known.dueNs;
    if (status.state === 'stale') known.firstMessageNs = 0;
    this.lastChangeNs = arrivedNs;
  }
}

function startNs(known: Known, since: WantedStatus['since']): number {
  if (since === 'lastMessage') return known.lastDueNs;
  // The status may come before the message that changes it.
  if (since === 'firstMessage')
    return known.firstMessageNs === 0 ? known.changedNs : Math.min(known.firstMessageNs, known.changedNs);
  return since.atNs;
}
