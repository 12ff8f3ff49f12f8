import { AuthThrottle } from '../auth-throttle.js';
import { Guard } from '../guard.js';
import type { StartThread } from '../journal/journal.js';
import { LimitReport } from '../limit-report.js';
import type { EngineEvent } from '../port.js';
import type { EngineConfig } from '../port-config.js';
import { limitNames } from '../port-limits.js';
import { BarRules } from './bars/bar-rules.js';
import { Clock } from './clock.js';
import { FanOut } from './fanout/fan-out.js';
import { FreshnessWatch } from './freshness/freshness-watch.js';
import type { IncidentLimit } from './incident-limit.js';
import { ConnectionEvents } from './report/connection-events.js';
import { StatusReport } from './report/status-report.js';
import { Intake } from './route/accept.js';
import { Epochs } from './route/epochs.js';
import { InterestTable } from './route/interest-table.js';
import { JournalHost } from './route/memory/journal-host.js';
import { LastValues } from './route/memory/last-values.js';
import { Watches } from './route/memory/watches.js';
import { NamespaceTable } from './route/namespace-table.js';
import { UserTable } from './session/auth/user-table.js';
import type { EngineCore } from './session/core.js';
import { InboundBudget } from './session/inbound-budget.js';
import { JournalPause } from './session/publish/journal-pause.js';
import { Pacing } from './session/publish/pacing.js';
import { PublishRate } from './session/publish/publish-rate.js';
import { Replays } from './session/replay/replays.js';
import { RequestBudget } from './session/request-budget.js';
import { SessionCounters } from './session/session-counters.js';
import { SessionTable } from './session/session-table.js';
import { StreamHistory } from './session/stream-history.js';
import { Placement } from './session/subscribe/placement.js';
import { Snapshots } from './session/subscribe/snapshots.js';
import { StatusFeed } from './session/subscribe/status-feed.js';
import { SubscriberTable } from './session/subscribe/subscriber-table.js';
import { AckSlab } from './session/wire/ack-slab.js';

/** Composes what all connections of one engine share. */
export function composeCore(
  given: EngineConfig,
  emit: (event: EngineEvent) => void,
  incidents: IncidentLimit,
  startThread?: StartThread,
): EngineCore {
  // A copy, because its limits may change.
  const config: EngineConfig = { ...given, limits: { ...given.limits } };
  const clock = new Clock();
  const incident: EngineCore['incident'] = (kind, address, text) => {
    if (incidents.admit(kind)) emit({ kind: 'incident', incident: kind, address, text });
  };
  const guard = new Guard((text) => incident('internal', '', text));
  const fanOut = new FanOut(config, clock, guard);
  const namespaces = new NamespaceTable();
  const interest = new InterestTable(namespaces, fanOut);
  const sessions = new SessionTable();
  const subscribers = new SubscriberTable();
  const limitReport = new LimitReport(limitNames, clock, (address, text) =>
    emit({ kind: 'incident', incident: 'limitReached', address, text }),
  );
  const lastValues = new LastValues(config.imageTotalBytes, clock, fanOut.memory);
  const intake = new Intake(fanOut, lastValues);
  const snapshots = new Snapshots(fanOut, intake, namespaces, guard);
  const placement = new Placement(namespaces, interest, sessions, subscribers, guard);
  const freshness = new FreshnessWatch(clock, guard);
  const statusFeed = new StatusFeed(freshness, namespaces, clock, guard);
  const statusReport = new StatusReport(freshness, clock, guard, emit);
  freshness.onChange = (namespace, topic) => {
    statusFeed.changed(namespace, topic);
    statusReport.changed(namespace, topic);
  };
  intake.onPublisherBack = (route) => freshness.publisherBack(route);
  placement.onPlaced = (lane) => {
    snapshots.placed(lane);
    statusFeed.placed(lane);
    replays.placed(lane);
  };
  const epochs = new Epochs();
  const report = (text: string): void => incident('journal', '', text);
  const surroundings = { namespaces, epochs, lastValues, intake, clock, guard, emit, report };
  const journal = config.journal == null ? null : new JournalHost(config.journal, surroundings, startThread);
  const replays = new Replays(fanOut, journal, placement, guard);
  return {
    config,
    clock,
    fanOut,
    intake,
    namespaces,
    interest,
    users: new UserTable(),
    sessions,
    subscribers,
    placement,
    snapshots,
    replays,
    freshness,
    barRules: new BarRules(),
    statusFeed,
    counters: new SessionCounters(),
    topicsMade: new Map(),
    epochs,
    lastValues,
    watches: new Watches(intake, clock),
    journal,
    history: new StreamHistory(journal, namespaces),
    journalPause: new JournalPause(guard),
    acks: new AckSlab(),
    pacing: new Pacing(fanOut, config.pacingMs, guard),
    authThrottle: new AuthThrottle(),
    plainThrottle: new AuthThrottle(),
    guard,
    limitReport,
    inbound: new InboundBudget(config.limits, limitReport),
    requestBudget: new RequestBudget(fanOut.turn),
    publishRate: PublishRate.of(config.limits, limitReport, guard),
    events: new ConnectionEvents(emit, clock),
    emit,
    incident,
  };
}
