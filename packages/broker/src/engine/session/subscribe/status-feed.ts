import { matchPattern } from '@pulsemq/protocol';
import type { Guard } from '../../../guard.js';
import type { Clock } from '../../clock.js';
import type { FreshnessWatch } from '../../freshness/freshness-watch.js';
import { topicStatus } from '../../freshness/topic-status.js';
import { WorkQueue } from '../../freshness/work-queue.js';
import type { Namespace } from '../../route/namespace.js';
import type { NamespaceTable } from '../../route/namespace-table.js';
import { PatternTrie } from '../../route/pattern-trie.js';
import { allTopics } from '../../route/prefix-set.js';
import type { Route } from '../../route/route.js';
import type { Lane } from '../lane.js';
import type { Session } from '../session.js';
import { LaneStatuses, type StatusOf } from './lane-statuses.js';

/** Time in one turn of the loop in which statuses are sent. */
const budgetMs = 1;

interface Interested {
  readonly trie: PatternTrie<LaneStatuses>;
  patternCount: number;
}

/** Sends the status of topics to lanes that want it: all that says something when they ask, and each change from then on. */
export class StatusFeed {
  readonly #watch: FreshnessWatch;
  readonly #namespaces: NamespaceTable;
  readonly #guard: Guard;
  readonly #clock: Clock;
  readonly #work: WorkQueue;
  readonly #lanes = new Map<Lane<Session>, LaneStatuses>();
  readonly #interested = new Map<Namespace, Interested>();
  /** Lanes with statuses that were not sent yet. */
  readonly #waiting = new Set<LaneStatuses>();
  #isScheduled = false;
  readonly #statusOf: StatusOf = (namespace, topic) => topicStatus(this.#watch, this.#clock, namespace, topic);
  readonly #onRoom = (): void => this.#schedule();

  constructor(watch: FreshnessWatch, namespaces: NamespaceTable, clock: Clock, guard: Guard) {
    this.#watch = watch;
    this.#namespaces = namespaces;
    this.#clock = clock;
    this.#guard = guard;
    this.#work = new WorkQueue(guard, 'statuses of topics');
  }

  /** A subscription wants statuses: those of now, and then each change. One that has had them before gets those of now again. */
  add(lane: Lane<Session>, namespaceName: string, pattern: string, isKnown: boolean): void {
    const namespace = this.#namespaces.ofOrNew(namespaceName);
    const statuses = this.#ofLane(lane);
    if (!isKnown) {
      this.#interestedIn(namespace, 1).trie.add(pattern, { group: statuses, prefixes: allTopics });
      statuses.patternCount++;
    }
    this.#addPresent(statuses, namespace, pattern);
  }

  /** A subscription that wanted statuses has gone. */
  remove(lane: Lane<Session>, namespaceName: string, pattern: string): void {
    const statuses = this.#lanes.get(lane);
    const namespace = this.#namespaces.of(namespaceName);
    if (statuses === undefined || namespace === undefined) return;
    this.#interestedIn(namespace, -1).trie.remove(pattern, statuses);
    if (--statuses.patternCount === 0) this.#forget(statuses);
  }

  /** A session has ended, and its lanes with it. */
  sessionEnded(session: Session): void {
    for (const lane of session.lanes()) {
      for (const { namespace, pattern, wantsStatus } of lane.subscriptions()) {
        if (wantsStatus) this.remove(lane, namespace, pattern);
      }
    }
  }

  /** A lane has its place. */
  placed(lane: Lane<Session>): void {
    const statuses = this.#lanes.get(lane);
    if (statuses === undefined) return;
    lane.subscriber?.subscriber.watchRoom(this, this.#onRoom);
    this.#schedule();
  }

  /** The status of a topic may have changed. */
  changed(namespace: Namespace, topic: string): void {
    const interested = this.#interested.get(namespace);
    if (interested === undefined) return;
    const found = new Set<LaneStatuses>();
    interested.trie.match(topic, found);
    for (const statuses of found) this.#note(statuses, namespace, topic);
  }

  /** Statuses that say something: those of topics under a rule, and of topics whose publisher is gone or whose broker cannot be reached. */
  #addPresent(statuses: LaneStatuses, namespace: Namespace, pattern: string): void {
    const note = (topic: string): void => {
      if (statuses.patternCount === 0 || (pattern !== '>' && !matchPattern(pattern, topic))) return;
      this.#note(statuses, namespace, topic);
    };
    const ruled = this.#watch.of(namespace);
    if (ruled !== undefined) this.#work.add(ruled.topics(), ({ topic }) => note(topic));
    this.#work.add(namespace.routes(), (route: Route) => {
      const isCutOff = route.isPublisherGone || route.remote?.isReachable === false;
      if (isCutOff && route.freshness === null) note(route.topic);
    });
  }

  #note(statuses: LaneStatuses, namespace: Namespace, topic: string): void {
    statuses.add(namespace, topic);
    this.#waiting.add(statuses);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.size === 0) return;
    this.#isScheduled = true;
    setImmediate(() => this.#guard.run('sending statuses', () => this.#send()));
  }

  #send(): void {
    this.#isScheduled = false;
    this.#clock.tick();
    const untilMs = performance.now() + budgetMs;
    for (const statuses of this.#waiting) {
      while (statuses.hasRoom && !statuses.isEmpty) {
        statuses.send(this.#statusOf, this.#clock.nowMs);
        if (performance.now() > untilMs) return this.#sendLater(statuses);
      }
      if (statuses.isEmpty) this.#waiting.delete(statuses);
    }
  }

  /** The others come first in the next turn. */
  #sendLater(last: LaneStatuses): void {
    this.#waiting.delete(last);
    if (!last.isEmpty) this.#waiting.add(last);
    this.#schedule();
  }

  #ofLane(lane: Lane<Session>): LaneStatuses {
    let statuses = this.#lanes.get(lane);
    if (statuses === undefined) {
      statuses = new LaneStatuses(lane);
      this.#lanes.set(lane, statuses);
    }
    return statuses;
  }

  #interestedIn(namespace: Namespace, change: number): Interested {
    const interested = this.#interested.get(namespace) ?? { trie: new PatternTrie<LaneStatuses>(), patternCount: 0 };
    interested.patternCount += change;
    if (interested.patternCount > 0) this.#interested.set(namespace, interested);
    else this.#interested.delete(namespace);
    return interested;
  }

  #forget(statuses: LaneStatuses): void {
    this.#waiting.delete(statuses);
    this.#lanes.delete(statuses.lane);
    statuses.lane.subscriber?.subscriber.unwatchRoom(this);
  }
}
