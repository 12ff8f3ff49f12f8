import type { Guard } from '../../guard.js';
import type { EngineLink } from '../../port.js';
import type { Alerts } from '../alerts/alerts.js';
import type { AuditWriter } from '../audit/audit-writer.js';
import type { LoginTokens } from '../auth/login-tokens.js';
import type { Passwords } from '../auth/passwords.js';
import type { LiveConfig } from '../config/live-config.js';
import type { EngineQuestions } from '../engine-questions.js';
import type { EngineTaps } from '../engine-taps.js';
import type { EntitlementFeed } from '../entitlements/entitlement-feed.js';
import type { EverySecond } from '../every-second.js';
import type { ControlLimits } from '../faults/control-limits.js';
import type { FailureReport } from '../faults/failure-report.js';
import type { Logger } from '../logging/logging.js';
import type { PriceBoards } from '../prices/price-boards.js';
import type { Readiness } from '../readiness.js';
import type { DiskMeter } from '../stats/disk-meter.js';
import type { Monitor } from '../stats/monitor.js';
import type { Store } from '../store/store.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import type { Withdrawals } from './withdrawals.js';

/** The parts of the control plane that routes use. */
export interface AdminContext {
  readonly store: Store;
  readonly withdrawals: Withdrawals;
  readonly audit: AuditWriter;
  readonly readiness: Readiness;
  readonly guard: Guard;
  readonly everySecond: EverySecond;
  readonly limits: ControlLimits;
  readonly report: FailureReport;
  readonly passwords: Passwords;
  readonly tokens: LoginTokens;
  readonly feed: EntitlementFeed;
  readonly link: EngineLink;
  readonly questions: EngineQuestions;
  readonly taps: EngineTaps;
  readonly boards: PriceBoards;
  readonly monitor: Monitor;
  readonly alerts: Alerts;
  readonly webhooks: Webhooks;
  readonly disk: DiskMeter;
  readonly config: LiveConfig;
  /** Files and sockets that the system lets this process open. */
  readonly descriptorCount: number;
  readonly log: Logger;
  readonly version: string;
}
