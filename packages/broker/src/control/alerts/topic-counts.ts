import { matchPattern, type TopicStatus } from '@pulsemq/protocol';
import type { NamedStatus, StatusChange, TopicStatusTable } from '../stats/topic-statuses.js';
import type { AlertRuleRow } from '../store/rows.js';

/** Topics that are looked at for an example to name. */
const lookedAtCount = 1_000;

/** How many topics each rule of topics concerns. Counted with each change of a status, because a walk over all topics each second costs too much. */
export class TopicCounts {
  readonly #statuses: TopicStatusTable;
  readonly #counts = new Map<AlertRuleRow, number>();

  constructor(statuses: TopicStatusTable) {
    this.#statuses = statuses;
    statuses.listen((namespace, changes) => this.#onChanges(namespace, changes));
  }

  /** Counts for these rules from now on. */
  set(rules: readonly AlertRuleRow[]): void {
    this.#counts.clear();
    for (const rule of rules) if (isTopicRule(rule)) this.#counts.set(rule, this.#countAll(rule));
  }

  of(rule: AlertRuleRow): number {
    return this.#counts.get(rule) ?? 0;
  }

  /** One topic that the rule concerns; undefined when none is found soon. */
  example(rule: AlertRuleRow): NamedStatus | undefined {
    let count = 0;
    for (const one of rule.kind === 'topic_stale' ? this.#statuses.stale() : this.#statuses.all()) {
      if (isMeant(rule, one.namespace, one.status.topic) && isTrue(rule, one.status)) return one;
      if (++count === lookedAtCount) return undefined;
    }
    return undefined;
  }

  #countAll(rule: AlertRuleRow): number {
    let count = 0;
    for (const { namespace, status } of this.#statuses.all()) {
      if (isTrue(rule, status) && isMeant(rule, namespace, status.topic)) count++;
    }
    return count;
  }

  #onChanges(namespace: string, changes: readonly StatusChange[]): void {
    for (const [rule, count] of this.#counts) {
      let changed = count;
      for (const { before, now } of changes) {
        const difference = Number(isTrue(rule, now)) - Number(before !== undefined && isTrue(rule, before));
        if (difference !== 0 && isMeant(rule, namespace, now.topic)) changed += difference;
      }
      this.#counts.set(rule, changed);
    }
  }
}

/** The rule counts topics. */
export const isTopicRule = ({ kind }: Pick<AlertRuleRow, 'kind'>): boolean =>
  kind === 'topic_stale' || kind === 'publisher_gone';

function isTrue({ kind }: AlertRuleRow, { state, publisher }: TopicStatus): boolean {
  return kind === 'topic_stale' ? state === 'stale' : state !== 'deleted' && publisher === 'gone';
}

function isMeant({ namespace, pattern }: AlertRuleRow, ofTopic: string, topic: string): boolean {
  if (namespace !== null && namespace !== ofTopic) return false;
  return pattern === null || pattern === '>' || matchPattern(pattern, topic);
}
