import { matchPattern, RoleLevel } from '@pulsemq/protocol';
import type { Subscriber } from '../../fanout/subscriber/subscriber.js';
import type { Namespace } from '../../route/namespace.js';
import type { Lane } from '../lane.js';
import type { Session } from '../session.js';

/** Bytes that may wait for a lane that gets images: its messages keep their room, and what it lags stays small. */
const lowWaterBytes = 262_144;

/** The snapshot of one subscription: how far it has come. */
export class SnapshotJob {
  readonly lane: Lane<Session>;
  readonly namespace: Namespace;
  readonly pattern: string;
  /** Number that the client gave it. */
  readonly request: number;
  /** Messages that the engine had accepted when the lane joined its group; -1 before. A topic accepted since is on its way. */
  mark = -1;
  /** It waits until other brokers have sent the last values of its topics. */
  isHeld = false;
  /** Index of the next topic, and the end, in the list of the namespace. */
  position = 0;
  limit = 0;
  imageCount = 0;
  leftOutCount = 0;
  /** A topic had no image because it was published to after the lane joined its group: its value may wait for a tick of a paced lane. */
  isLiveExpected = false;
  /** When it may end at the earliest, milliseconds of the monotonic clock: values of a paced lane wait for a tick. */
  endNotBeforeMs = 0;
  /** At the end: topics of which the policy dropped a live message, with its sequence. Null before that. */
  resends: [topic: string, sequence: number][] | null = null;

  constructor(lane: Lane<Session>, namespace: Namespace, pattern: string, request: number) {
    this.lane = lane;
    this.namespace = namespace;
    this.pattern = pattern;
    this.request = request;
  }

  get hasBegun(): boolean {
    return this.mark >= 0;
  }

  /** All topics have been looked at. */
  get isThrough(): boolean {
    return !this.isHeld && this.position >= this.limit;
  }

  /** Values of topics without an image may wait for a tick of a paced lane, those of topics that are new included. */
  get waitsForTick(): boolean {
    return this.lane.policy.maxRate !== null && (this.isLiveExpected || this.namespace.routeEnd > this.limit);
  }

  /** The subscriber, while it has room for more. */
  get readySubscriber(): Subscriber | null {
    const subscriber = this.lane.subscriber?.subscriber ?? null;
    return subscriber !== null && subscriber.queuedBytes < lowWaterBytes ? subscriber : null;
  }

  /** Its user may still read the namespace. */
  get isEntitled(): boolean {
    return this.lane.session.user.levelIn(this.namespace) >= RoleLevel.sub;
  }

  matches(topic: string): boolean {
    return this.pattern === '>' || matchPattern(this.pattern, topic);
  }

  /** The lane has joined its group when `acceptedCount` messages had been accepted. */
  begin(acceptedCount: number): void {
    this.mark = acceptedCount;
    this.limit = this.namespace.routeEnd;
  }
}
