import type { Alert, AlertState } from '@pulsemq/protocol';
import type { AlertRuleRow } from '../store/rows.js';
import type { AlertConditions, Reading } from './alert-conditions.js';

/** Resolved alerts that are kept. */
const resolvedMaxCount = 500;

/** Called when an alert begins and when it ends, unless its rule is muted. */
export type AlertListener = (event: 'firing' | 'resolved', alert: Alert) => void;

/** A rule that is watched. */
interface Watched {
  rule: AlertRuleRow;
  /** Since when its condition holds, milliseconds of the monotonic clock; null while it does not. */
  heldSinceMs: number | null;
  /** The alert that is not resolved. */
  alert: Alert | null;
}

/** The alerts of this run. Each rule is read once a second and has at most one alert that is not resolved. */
export class Alerts {
  readonly #conditions: AlertConditions;
  readonly #listener: AlertListener;
  readonly #watched = new Map<number, Watched>();
  /** Unix milliseconds until which each rule is muted, by id. */
  readonly #mutedUntilMs = new Map<number, number>();
  /** Oldest first. */
  #resolved: Alert[] = [];
  #lastId = 0;

  constructor(conditions: AlertConditions, listener: AlertListener) {
    this.#conditions = conditions;
    this.#listener = listener;
  }

  /** Alerts that are firing, and neither acknowledged nor muted. */
  get firingCount(): number {
    let count = 0;
    for (const { alert } of this.#watched.values()) {
      if (alert?.state === 'firing' && !this.#isMuted(alert.rule_id)) count++;
    }
    return count;
  }

  /** Sets the rules. The alert of a rule that is gone or off ends. */
  setRules(rules: readonly AlertRuleRow[]): void {
    const enabled = new Map(rules.filter(({ isEnabled }) => isEnabled).map((rule) => [rule.id, rule]));
    for (const [id, watched] of this.#watched) {
      if (enabled.has(id)) continue;
      this.#resolve(watched);
      this.#watched.delete(id);
    }
    for (const id of this.#mutedUntilMs.keys()) {
      if (!rules.some((rule) => rule.id === id)) this.#mutedUntilMs.delete(id);
    }
    for (const [id, rule] of enabled) {
      const watched = this.#watched.get(id);
      if (watched === undefined) this.#watched.set(id, { rule, heldSinceMs: null, alert: null });
      else watched.rule = rule;
    }
    this.#conditions.setRules([...enabled.values()]);
  }

  /** Call once a second, with milliseconds of the monotonic clock. */
  onSecond(nowMs: number): void {
    this.#conditions.look(nowMs);
    for (const watched of this.#watched.values()) this.#review(watched, nowMs);
  }

  /** Newest first. */
  list(state: AlertState | 'all'): Alert[] {
    const present = [...this.#watched.values()].flatMap(({ alert }) => alert ?? []);
    const all = [...this.#resolved, ...present].map((alert) => this.#shown(alert));
    return all.filter((alert) => state === 'all' || alert.state === state).sort((left, right) => right.id - left.id);
  }

  get(id: number): Alert | undefined {
    return this.list('all').find((alert) => alert.id === id);
  }

  /** Acknowledges an alert that fires. Undefined for any other. */
  acknowledge(id: number, username: string): Alert | undefined {
    const watched = this.#ofAlert(id);
    if (watched?.alert?.state !== 'firing') return undefined;
    const at = new Date().toISOString();
    watched.alert = { ...watched.alert, state: 'acknowledged', acknowledged_at: at, acknowledged_by: username };
    return this.#shown(watched.alert);
  }

  /** Mutes the rule of an alert that is not resolved; 0 minutes end the mute. Undefined for any other alert. */
  mute(id: number, minutes: number): Alert | undefined {
    const alert = this.#ofAlert(id)?.alert ?? undefined;
    if (alert === undefined) return undefined;
    if (minutes === 0) this.#mutedUntilMs.delete(alert.rule_id);
    else this.#mutedUntilMs.set(alert.rule_id, Date.now() + minutes * 60_000);
    return this.#shown(alert);
  }

  #ofAlert(id: number): Watched | undefined {
    for (const watched of this.#watched.values()) if (watched.alert?.id === id) return watched;
    return undefined;
  }

  #review(watched: Watched, nowMs: number): void {
    const { rule } = watched;
    const reading = this.#conditions.read(rule);
    if (reading.value < rule.threshold) {
      watched.heldSinceMs = null;
      this.#resolve(watched);
      return;
    }
    watched.heldSinceMs ??= nowMs;
    // A slow client has been slow for that long when it is counted.
    const waitMs = rule.kind === 'client_slow' ? 0 : rule.forSeconds * 1_000;
    if (nowMs - watched.heldSinceMs < waitMs) return;
    if (watched.alert === null) this.#fire(watched, reading);
    else if (watched.alert.value !== reading.value) {
      watched.alert = { ...watched.alert, value: reading.value, text: reading.text() };
    }
  }

  #fire(watched: Watched, reading: Reading): void {
    this.#lastId++;
    const { id, name, kind } = watched.rule;
    watched.alert = {
      id: this.#lastId,
      rule_id: id,
      rule_name: name,
      kind,
      state: 'firing',
      text: reading.text(),
      value: reading.value,
      started_at: new Date().toISOString(),
      resolved_at: null,
      acknowledged_at: null,
      acknowledged_by: null,
      muted_until: null,
    };
    this.#tell('firing', watched.alert);
  }

  #resolve(watched: Watched): void {
    const { alert } = watched;
    if (alert === null) return;
    const resolved: Alert = { ...alert, state: 'resolved', resolved_at: new Date().toISOString() };
    watched.alert = null;
    this.#resolved = [...this.#resolved.slice(1 - resolvedMaxCount), resolved];
    this.#tell('resolved', resolved);
  }

  #tell(event: 'firing' | 'resolved', alert: Alert): void {
    if (!this.#isMuted(alert.rule_id)) this.#listener(event, this.#shown(alert));
  }

  #isMuted(ruleId: number): boolean {
    return (this.#mutedUntilMs.get(ruleId) ?? 0) > Date.now();
  }

  #shown(alert: Alert): Alert {
    if (alert.state === 'resolved' || !this.#isMuted(alert.rule_id)) return alert;
    return { ...alert, muted_until: new Date(this.#mutedUntilMs.get(alert.rule_id)!).toISOString() };
  }
}
