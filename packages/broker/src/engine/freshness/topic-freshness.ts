import type { TopicState, TopicStateReason } from '@pulsemq/protocol';
import type { Namespace } from '../route/namespace.js';
import type { Route } from '../route/route.js';
import type { RouteFreshness } from '../route/route-freshness.js';
import type { Due } from './due-wheel.js';
import type { Rule } from './rules.js';

/** What decides whether a topic is stale. */
export interface Reviewer {
  /** A topic has come under a rule. */
  begin(topic: TopicFreshness): void;
  /** Something has changed for this topic. */
  review(topic: TopicFreshness): void;
  /** The topic or its rule is gone. */
  remove(topic: TopicFreshness): void;
}

/** The freshness of one topic under a rule, published to or not. */
export class TopicFreshness implements RouteFreshness, Due {
  readonly namespace: Namespace;
  readonly topic: string;
  readonly rule: Rule;
  route: Route | null = null;
  state: TopicState = 'live';
  reason: TopicStateReason = null;
  /** When the state began, Unix microseconds. */
  sinceUs: number;
  /** When its last message of this run came, milliseconds of the monotonic clock; -1 before the first. */
  lastSteadyMs = -1;
  /** In the wheel: when it is looked at. It does not change while it is there. */
  dueMs = 0;
  isInWheel = false;
  /** The topic or the rules are gone. */
  isRemoved = false;
  readonly #reviewer: Reviewer;

  constructor(namespace: Namespace, topic: string, rule: Rule, nowUs: number, reviewer: Reviewer) {
    this.namespace = namespace;
    this.topic = topic;
    this.rule = rule;
    this.sinceUs = nowUs;
    this.#reviewer = reviewer;
  }

  /** On the hot path, once a turn: a fresh topic costs one store. */
  touched(steadyMs: number): void {
    this.lastSteadyMs = steadyMs;
    if (this.state === 'stale') this.#reviewer.review(this);
  }
}
