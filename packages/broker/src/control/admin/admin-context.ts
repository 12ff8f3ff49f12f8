import type { Guard } from '../../guard.js';
import type { EngineLink } from '../../port.js';
import type { EngineEncryption } from '../../port-encryption.js';
import type { Alerts } from '../alerts/alerts.js';
import type { AuditWriter } from '../audit/audit-writer.js';
import type { LoginTokens } from '../auth/login-tokens.js';
import type { Passwords } from '../auth/passwords.js';
import type { ClusterWatch } from '../cluster/cluster-watch.js';
import type { LiveConfig } from '../config/live-config.js';
import type { EnginePorts } from '../engine-lifecycle.js';
import type { EngineQuestions } from '../engine-questions.js';
import type { EngineTaps } from '../engine-taps.js';
import type { EntitlementFeed } from '../entitlements/entitlement-feed.js';
import type { SharedChanges } from '../entitlements/shared-changes.js';
import type { EverySecond } from '../every-second.js';
import type { ControlLimits } from '../faults/control-limits.js';
import type { FailureReport } from '../faults/failure-report.js';
import type { HistoryQueries } from '../history/history-queries.js';
import type { SegmentChecks } from '../journal/segment-checks.js';
import type { Logger } from '../logging/logging.js';
import type { RecentLines } from '../logging/recent-lines.js';
import type { PriceBoards } from '../prices/price-boards.js';
import type { Readiness } from '../readiness.js';
import type { DiskMeter } from '../stats/disk-meter.js';
import type { Monitor } from '../stats/monitor.js';
import type { Backups } from '../store/backup/backups.js';
import type { Store } from '../store/store.js';
import type { Webhooks } from '../webhooks/webhooks.js';
import type { Relay } from './relay/relay.js';
import type { Withdrawals } from './withdrawals.js';

/** The parts of the control plane that routes use. */
export interface AdminContext {
  readonly store: Store;
  readonly backups: Backups | null;
  readonly withdrawals: Withdrawals;
  readonly audit: AuditWriter;
  readonly readiness: Readiness;
  readonly guard: Guard;
  readonly everySecond: EverySecond;
  readonly limits: ControlLimits;
  readonly relay: Relay;
  readonly report: FailureReport;
  readonly passwords: Passwords;
  readonly tokens: LoginTokens;
  readonly feed: EntitlementFeed;
  /** Null where no other broker has the database. */
  readonly sharedChanges: Pick<SharedChanges, 'onLogOut'> | null;
  readonly link: EngineLink;
  readonly questions: EngineQuestions;
  readonly taps: EngineTaps;
  readonly boards: PriceBoards;
  readonly monitor: Monitor;
  readonly cluster: ClusterWatch;
  readonly alerts: Alerts;
  readonly webhooks: Webhooks;
  readonly disk: DiskMeter;
  readonly history: HistoryQueries;
  readonly segmentChecks: SegmentChecks;
  /** Absolute path of `journal.dir`. */
  readonly journalFolder: string;
  /** Built pages to serve under `/examples/`; null for none. */
  readonly examplesFolder: string | null;
  readonly config: LiveConfig;
  /** The ports in use: those of the settings, or the ones that the system chose. */
  readonly ports: EnginePorts;
  readonly encryption: EngineEncryption;
  /** Files and sockets that the system lets this process open. */
  readonly descriptorCount: number;
  /** Lets clients move to other brokers within this time, and then ends the broker. */
  readonly drain: (moveMs: number) => void;
  readonly log: Logger;
  readonly recentLines: RecentLines;
  readonly version: string;
}
