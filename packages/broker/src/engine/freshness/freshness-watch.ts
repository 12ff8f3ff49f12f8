import type { Freshness, TopicStateReason } from '@pulsemq/protocol';
import type { Guard } from '../../guard.js';
import type { Clock } from '../clock.js';
import type { Namespace } from '../route/namespace.js';
import { passOn } from '../route/publishers.js';
import type { Route } from '../route/route.js';
import { DueWheel } from './due-wheel.js';
import { NamespaceFreshness } from './namespace-freshness.js';
import type { Reviewer, TopicFreshness } from './topic-freshness.js';
import { WorkQueue } from './work-queue.js';

/** Called for every change of a status. */
export type StatusListener = (namespace: Namespace, topic: string) => void;

/**
 * Watches whether topics are fresh by the rules of their namespaces. One wheel of timers: a topic that ticks is looked at once in its maximum age,
 * not with each message. What concerns many topics at once is done in slices.
 */
export class FreshnessWatch implements Reviewer {
  staleCount = 0;
  onChange: StatusListener = () => {};
  /** Topics may be published on other brokers, so one without a route here is not late. */
  isOneOfMany = false;
  readonly #clock: Clock;
  readonly #byNamespace = new Map<Namespace, NamespaceFreshness>();
  readonly #wheel: DueWheel<TopicFreshness>;
  readonly #work: WorkQueue;
  readonly #guard: Guard;
  #timer: NodeJS.Timeout | null = null;

  constructor(clock: Clock, guard: Guard) {
    this.#clock = clock;
    this.#guard = guard;
    this.#wheel = new DueWheel(clock.steadyMs);
    this.#work = new WorkQueue(guard, 'freshness of topics');
  }

  of(namespace: Namespace): NamespaceFreshness | undefined {
    return this.#byNamespace.get(namespace);
  }

  /** Sets the rules of a namespace; null takes them away. Equal rules change nothing. */
  set(namespace: Namespace, definition: Freshness | null): void {
    const present = this.#byNamespace.get(namespace);
    const wanted = definition === null || definition.rules.length === 0 ? null : definition;
    if (wanted === null ? present === undefined : present?.definition === JSON.stringify(wanted)) return;
    present?.end();
    namespace.topicWatch = null;
    this.#byNamespace.delete(namespace);
    if (wanted !== null) this.#start(namespace, wanted);
    this.#setTimer();
  }

  /** A session has ended. `routes` are those that it published to last. */
  publisherEnded(routes: Iterable<Route>): void {
    this.#work.add(routes, (route) => {
      if (route.origin?.endedSteadyMs === null || passOn(route, this.#clock.steadyMs)) return;
      if (route.freshness !== null) this.review(route.freshness as TopicFreshness);
      this.onChange(route.namespace, route.topic);
    });
  }

  /** A topic that has no publisher gets messages again. */
  publisherBack({ namespace, topic }: Route): void {
    this.onChange(namespace, topic);
  }

  /** A topic is deleted. */
  topicRemoved(namespace: Namespace, topic: string): void {
    this.onChange(namespace, topic);
  }

  /** Its status says something from now on, also while it is live. */
  begin(topic: TopicFreshness): void {
    this.review(topic);
    this.onChange(topic.namespace, topic.topic);
  }

  review(topic: TopicFreshness): void {
    if (topic.isRemoved) return;
    const { rule, lastSteadyMs } = topic;
    if (!rule.hours.isOpen) return this.#settle(topic, false, 'outside_hours');
    if (this.isOneOfMany && topic.route === null) return this.#settle(topic, false, null);
    if (lastSteadyMs < 0 && rule.hours.hasOpened) return this.#settle(topic, true, 'never_started');
    if (isPublisherGone(topic)) return this.#settle(topic, true, 'publisher_gone');
    const dueMs = Math.max(lastSteadyMs, rule.hours.openedSteadyMs) + rule.maxAgeMs;
    if (this.#clock.steadyMs > dueMs) return this.#settle(topic, true, lastSteadyMs < 0 ? 'never_started' : 'silent');
    this.#settle(topic, false, null);
    this.#lookAt(topic, dueMs);
  }

  remove(topic: TopicFreshness): void {
    topic.isRemoved = true;
    if (topic.route !== null) topic.route.freshness = null;
    if (topic.state === 'stale') this.staleCount--;
    this.onChange(topic.namespace, topic.topic);
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
  }

  #start(namespace: Namespace, definition: Freshness): void {
    const started = new NamespaceFreshness(namespace, definition, this.#clock, this);
    this.#byNamespace.set(namespace, started);
    namespace.topicWatch = started;
    this.#work.add(namespace.topics.sorted().slice(), (topic) => {
      const isPresent = this.#byNamespace.get(namespace) === started && namespace.topics.has(topic);
      if (isPresent) started.added(topic, namespace.route(topic) ?? null);
    });
  }

  #settle(topic: TopicFreshness, isStale: boolean, reason: TopicStateReason): void {
    const wasStale = topic.state === 'stale';
    if (wasStale === isStale && topic.reason === reason) return;
    topic.reason = reason;
    if (wasStale !== isStale) {
      topic.state = isStale ? 'stale' : 'live';
      topic.sinceUs = this.#clock.nowUs;
      this.staleCount += isStale ? 1 : -1;
    }
    this.onChange(topic.namespace, topic.topic);
  }

  #lookAt(topic: TopicFreshness, dueMs: number): void {
    if (topic.isInWheel) return;
    topic.isInWheel = true;
    topic.dueMs = dueMs;
    this.#wheel.add(topic);
  }

  #setTimer(): void {
    if (this.#byNamespace.size > 0) this.#timer ??= setInterval(() => this.#tick(), DueWheel.slotMs).unref();
    else if (this.#timer !== null) {
      clearInterval(this.#timer);
      this.#timer = null;
    }
  }

  #tick(): void {
    this.#guard.run('the clock of freshness', () => {
      this.#clock.tick();
      const { nowMs, steadyMs } = this.#clock;
      for (const one of this.#byNamespace.values()) {
        for (const hours of one.hours) if (hours.review(nowMs, steadyMs)) this.#reviewAll(one);
      }
      const due = this.#wheel.take(steadyMs);
      for (const topic of due) topic.isInWheel = false;
      this.#work.add(due, (topic) => this.review(topic));
    });
  }

  #reviewAll(one: NamespaceFreshness): void {
    this.#work.add([...one.topics()], (topic) => this.review(topic));
  }
}

/** Its publisher has gone since its last message. A publish by the admin API after that counts. */
function isPublisherGone({ route, lastSteadyMs }: TopicFreshness): boolean {
  const endedMs = route?.origin?.endedSteadyMs;
  return endedMs != null && lastSteadyMs <= endedMs;
}
