import type { Freshness } from '@pulsemq/protocol';
import type { Clock } from '../clock.js';
import type { Namespace, TopicWatch } from '../route/namespace.js';
import type { Route } from '../route/route.js';
import type { Hours } from './hours.js';
import { Rules } from './rules.js';
import { type Reviewer, TopicFreshness } from './topic-freshness.js';

/** The topics of a namespace that are under a rule. */
export class NamespaceFreshness implements TopicWatch {
  readonly namespace: Namespace;
  readonly definition: string;
  readonly #rules: Rules;
  readonly #topics = new Map<string, TopicFreshness>();
  readonly #clock: Clock;
  readonly #reviewer: Reviewer;

  constructor(namespace: Namespace, definition: Freshness, clock: Clock, reviewer: Reviewer) {
    this.namespace = namespace;
    this.definition = JSON.stringify(definition);
    this.#clock = clock;
    this.#reviewer = reviewer;
    this.#rules = new Rules(definition, clock.nowMs, clock.steadyMs);
  }

  get hours(): readonly Hours[] {
    return this.#rules.hours;
  }

  of(topic: string): TopicFreshness | undefined {
    return this.#topics.get(topic);
  }

  topics(): IterableIterator<TopicFreshness> {
    return this.#topics.values();
  }

  /** Puts a topic under its rule, if there is one. A topic that has one already may have got its route. */
  added(topic: string, route: Route | null): void {
    const known = this.#topics.get(topic);
    if (known !== undefined) {
      if (route !== null) attach(known, route);
      return;
    }
    const rule = this.#rules.ruleOf(topic);
    if (rule === undefined) return;
    const added = new TopicFreshness(this.namespace, topic, rule, this.#clock.nowUs, this.#reviewer);
    this.#topics.set(topic, added);
    if (route !== null) {
      attach(added, route);
      if (route.publishedCount > 0) added.lastSteadyMs = this.#clock.steadyMs - this.#ageMs(route);
    }
    this.#reviewer.begin(added);
  }

  removed(topic: string): void {
    const removed = this.#topics.get(topic);
    if (removed === undefined) return;
    this.#topics.delete(topic);
    this.#reviewer.remove(removed);
  }

  routeRemoved(topic: string, left: Route | null): void {
    const known = this.#topics.get(topic);
    if (known === undefined) return;
    known.route = left;
    if (left === null) known.lastSteadyMs = -1;
    this.#reviewer.review(known);
  }

  /** Lets go of all topics: the rules change. */
  end(): void {
    for (const topic of [...this.#topics.keys()]) this.removed(topic);
  }

  #ageMs({ turnReadUs }: Route): number {
    return Math.max(0, Math.floor((this.#clock.nowUs - turnReadUs) / 1_000));
  }
}

function attach(freshness: TopicFreshness, route: Route): void {
  freshness.route = route;
  route.freshness = freshness;
}
