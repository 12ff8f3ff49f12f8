import type { AuthThrottle } from '../../auth-throttle.js';
import type { Guard } from '../../guard.js';
import type { LimitReport } from '../../limit-report.js';
import type { EngineEvent, IncidentKind } from '../../port.js';
import type { EngineConfig } from '../../port-config.js';
import type { BarRules } from '../bars/bar-rules.js';
import type { Clock } from '../clock.js';
import type { FanOut } from '../fanout/fan-out.js';
import type { FreshnessWatch } from '../freshness/freshness-watch.js';
import type { Intake } from '../route/accept.js';
import type { Epochs } from '../route/epochs.js';
import type { InterestTable } from '../route/interest-table.js';
import type { JournalHost } from '../route/memory/journal-host.js';
import type { LastValues } from '../route/memory/last-values.js';
import type { Watches } from '../route/memory/watches.js';
import type { NamespaceTable } from '../route/namespace-table.js';
import type { UserTable } from './auth/user-table.js';
import type { InboundBudget } from './inbound-budget.js';
import type { JournalPause } from './publish/journal-pause.js';
import type { Pacing } from './publish/pacing.js';
import type { PublishRate } from './publish/publish-rate.js';
import type { Replays } from './replay/replays.js';
import type { RequestBudget } from './request-budget.js';
import type { SessionCounters } from './session-counters.js';
import type { SessionEvents } from './session-events.js';
import type { SessionTable } from './session-table.js';
import type { StreamHistory } from './stream-history.js';
import type { Placement } from './subscribe/placement.js';
import type { Snapshots } from './subscribe/snapshots.js';
import type { StatusFeed } from './subscribe/status-feed.js';
import type { SubscriberTable } from './subscribe/subscriber-table.js';
import type { AckSlab } from './wire/ack-slab.js';

/** What all connections of one engine share. It is composed once, at the start. */
export interface EngineCore {
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly fanOut: FanOut;
  readonly intake: Intake;
  readonly namespaces: NamespaceTable;
  readonly interest: InterestTable;
  readonly users: UserTable;
  readonly sessions: SessionTable;
  readonly subscribers: SubscriberTable;
  readonly placement: Placement;
  readonly snapshots: Snapshots;
  readonly replays: Replays;
  readonly freshness: FreshnessWatch;
  readonly barRules: BarRules;
  readonly statusFeed: StatusFeed;
  readonly counters: SessionCounters;
  /** Topics that each user has created since the start, by user id. */
  readonly topicsMade: Map<number, number>;
  readonly epochs: Epochs;
  readonly lastValues: LastValues;
  readonly watches: Watches;
  /** Null when the broker is set up without a journal. */
  readonly journal: JournalHost | null;
  readonly history: StreamHistory;
  readonly journalPause: JournalPause;
  readonly acks: AckSlab;
  readonly pacing: Pacing;
  readonly authThrottle: AuthThrottle;
  readonly plainThrottle: AuthThrottle;
  readonly guard: Guard;
  readonly limitReport: LimitReport;
  readonly inbound: InboundBudget;
  readonly requestBudget: RequestBudget;
  /** Null when users have no publish rate. */
  readonly publishRate: PublishRate | null;
  readonly events: SessionEvents;
  emit(event: EngineEvent): void;
  /** Reports to the operator. Past a number a second, incidents of one kind are only counted. */
  incident(kind: IncidentKind, address: string, text: string): void;
}
