import { MessageType, RoleLevel, type TopicStatus } from '@pulsemq/protocol';
import type { Namespace } from '../../route/namespace.js';
import { type Lane, waitingMarkerMaxCount } from '../lane.js';
import type { Session } from '../session.js';
import { ownMessage } from './ticket.js';

/** Statuses in one message. */
const bulkMaxCount = 256;
/** Bytes that may wait for a lane that gets statuses: its messages keep their room. */
const lowWaterBytes = 262_144;

/** Finds the status of a topic at this moment. */
export type StatusOf = (namespace: Namespace, topic: string) => TopicStatus;

/** The topics whose status a lane has not been sent yet. Each stands here once: the newest status is taken when it is sent. */
export class LaneStatuses {
  readonly lane: Lane<Session>;
  /** Patterns under which it wants statuses. */
  patternCount = 0;
  readonly #waiting = new Map<Namespace, Set<string>>();

  constructor(lane: Lane<Session>) {
    this.lane = lane;
  }

  get isEmpty(): boolean {
    return this.#waiting.size === 0;
  }

  /** It is bound and reads what it gets. */
  get hasRoom(): boolean {
    const subscriber = this.lane.subscriber?.subscriber;
    if (subscriber === undefined) return false;
    return subscriber.queuedBytes < lowWaterBytes && subscriber.waitingMarkerCount < waitingMarkerMaxCount;
  }

  add(namespace: Namespace, topic: string): void {
    const topics = this.#waiting.get(namespace);
    if (topics === undefined) this.#waiting.set(namespace, new Set([topic]));
    else topics.add(topic);
  }

  /** Sends one message: the status of a topic, or of many topics of a namespace. */
  send(statusOf: StatusOf, nowMs: number): void {
    const [namespace, topics] = this.#waiting.entries().next().value!;
    const taken = take(topics, bulkMaxCount);
    if (topics.size === 0) this.#waiting.delete(namespace);
    if (this.lane.session.user.levelIn(namespace) < RoleLevel.sub) return;
    const { subscriber, boundKey } = this.lane.subscriber!;
    const [first] = taken;
    const message =
      taken.length === 1
        ? { topic: first!, body: statusOf(namespace, first!) }
        : { topic: '', body: { topics: taken.map((topic) => ({ topic, ...statusOf(namespace, topic) })) } };
    const names = { namespace: namespace.name, topic: message.topic };
    subscriber.deliverOwn(ownMessage(boundKey, MessageType.topicStatus, message.body, nowMs, names), true);
  }
}

function take(topics: Set<string>, maxCount: number): string[] {
  const taken: string[] = [];
  for (const topic of topics) {
    if (taken.length === maxCount) break;
    topics.delete(topic);
    taken.push(topic);
  }
  return taken;
}
