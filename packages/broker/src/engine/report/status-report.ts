import type { TopicStatuses } from '@pulsemq/protocol';
import type { Guard } from '../../guard.js';
import type { EngineEvent } from '../../port.js';
import type { Clock } from '../clock.js';
import type { FreshnessWatch } from '../freshness/freshness-watch.js';
import { topicStatus } from '../freshness/topic-status.js';
import type { Namespace } from '../route/namespace.js';

type NamedStatus = TopicStatuses['topics'][number];

/** Statuses of one event, which is one turn's work. */
const eventMaxCount = 512;

/** Reports changes of statuses to the control plane, many in one event, each topic with its newest status. */
export class StatusReport {
  readonly #watch: FreshnessWatch;
  readonly #clock: Clock;
  readonly #guard: Guard;
  readonly #emit: (event: EngineEvent) => void;
  readonly #waiting = new Map<Namespace, Set<string>>();
  #isScheduled = false;

  constructor(watch: FreshnessWatch, clock: Clock, guard: Guard, emit: (event: EngineEvent) => void) {
    this.#watch = watch;
    this.#clock = clock;
    this.#guard = guard;
    this.#emit = emit;
  }

  /** The status of a topic has changed. */
  changed(namespace: Namespace, topic: string): void {
    const topics = this.#waiting.get(namespace);
    if (topics === undefined) this.#waiting.set(namespace, new Set([topic]));
    else topics.add(topic);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#guard.run('reporting statuses', () => this.#report()));
  }

  #report(): void {
    this.#isScheduled = false;
    for (const [namespace, topics] of this.#waiting) {
      this.#emit({ kind: 'topicStatuses', namespace: namespace.name, statuses: this.#take(namespace, topics) });
      if (topics.size === 0) this.#waiting.delete(namespace);
      break;
    }
    if (this.#waiting.size > 0) this.#schedule();
  }

  #take(namespace: Namespace, topics: Set<string>): NamedStatus[] {
    const taken: NamedStatus[] = [];
    for (const topic of topics) {
      if (taken.length === eventMaxCount) break;
      topics.delete(topic);
      taken.push({ topic, ...topicStatus(this.#watch, this.#clock, namespace, topic) });
    }
    return taken;
  }
}
