import { type Freshness, matchPattern } from '@pulsemq/protocol';
import { Hours } from './hours.js';

/** A rule that is in force. */
export interface Rule {
  readonly pattern: string;
  readonly maxAgeMs: number;
  readonly hours: Hours;
}

/** The freshness rules of a namespace. Rules with the same calendar share its hours. */
export class Rules {
  readonly hours: readonly Hours[];
  readonly #rules: readonly Rule[];

  constructor({ rules, calendars }: Freshness, nowMs: number, steadyMs: number) {
    const byName = new Map<string | null, Hours>();
    this.#rules = rules.map(({ pattern, max_age_ms, calendar }) => {
      const definition = calendar === null ? null : (calendars[calendar] ?? null);
      const hours = byName.get(calendar) ?? new Hours(definition, nowMs, steadyMs);
      byName.set(calendar, hours);
      return { pattern, maxAgeMs: max_age_ms, hours };
    });
    this.hours = [...byName.values()];
  }

  /** The first rule that matches. */
  ruleOf(topic: string): Rule | undefined {
    return this.#rules.find(({ pattern }) => pattern === '>' || matchPattern(pattern, topic));
  }
}
