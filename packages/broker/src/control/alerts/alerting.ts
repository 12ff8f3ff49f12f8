import type { Guard } from '../../guard.js';
import type { Logger } from '../logging/logging.js';
import { DiskMeter } from '../stats/disk-meter.js';
import type { Monitor } from '../stats/monitor.js';
import type { Store } from '../store/store.js';
import { Webhooks } from '../webhooks/webhooks.js';
import { AlertConditions } from './alert-conditions.js';
import { Alerts } from './alerts.js';

/** What alerting needs of the control plane. */
export interface AlertingParts {
  readonly monitor: Monitor;
  /** Folder of the database: rules may watch its disk. */
  readonly folder: string;
  readonly guard: Guard;
  readonly log: Logger;
}

/** Alerts, what they watch, and the webhooks that hear of them. */
export class Alerting {
  readonly alerts: Alerts;
  readonly webhooks: Webhooks;
  readonly disk: DiskMeter;
  readonly #guard: Guard;

  constructor({ monitor, folder, guard, log }: AlertingParts) {
    this.#guard = guard;
    this.disk = new DiskMeter(folder);
    this.webhooks = new Webhooks(log, guard);
    this.alerts = new Alerts(new AlertConditions(monitor, this.disk), (event, alert) => {
      log.warn(`alert ${alert.id} (${alert.rule_name}) is ${event}: ${alert.text}`);
      this.webhooks.send(event, alert);
    });
  }

  /** Takes the rules and webhooks of the store. */
  async load({ alertRules, webhooks }: Store): Promise<void> {
    this.webhooks.set(await webhooks.all());
    this.alerts.setRules(await alertRules.all());
  }

  /** Call once a second. */
  onSecond(): void {
    const nowMs = performance.now();
    void this.#guard.runAsync('the look at the disk', () => this.disk.look(nowMs));
    this.alerts.onSecond(nowMs);
  }

  stop(): void {
    this.webhooks.stop();
  }
}
