import type { EngineConfig, EngineEvent } from '../port.js';
import { Clock } from './clock.js';
import { FanOut } from './fanout/fan-out.js';
import type { IncidentLimit } from './incident-limit.js';
import { ConnectionEvents } from './report/connection-events.js';
import { Intake } from './route/accept.js';
import { Epochs } from './route/epochs.js';
import { InterestTable } from './route/interest-table.js';
import { LastValues } from './route/memory/last-values.js';
import { Watches } from './route/memory/watches.js';
import { NamespaceTable } from './route/namespace-table.js';
import { AuthThrottle } from './session/auth/auth-throttle.js';
import { UserTable } from './session/auth/user-table.js';
import type { EngineCore } from './session/core.js';
import { Pacing } from './session/publish/pacing.js';
import { SessionCounters } from './session/session-counters.js';
import { SessionTable } from './session/session-table.js';
import { Placement } from './session/subscribe/placement.js';
import { SubscriberTable } from './session/subscribe/subscriber-table.js';
import { AckSlab } from './session/wire/ack-slab.js';

/** Composes what all connections of one engine share. */
export function composeCore(
  config: EngineConfig,
  emit: (event: EngineEvent) => void,
  incidents: IncidentLimit,
): EngineCore {
  const clock = new Clock();
  const fanOut = new FanOut(config, clock);
  const namespaces = new NamespaceTable();
  const interest = new InterestTable(namespaces, fanOut);
  const sessions = new SessionTable();
  const subscribers = new SubscriberTable();
  const lastValues = new LastValues(config.imageTotalBytes, clock);
  return {
    config,
    clock,
    fanOut,
    intake: new Intake(fanOut, lastValues),
    namespaces,
    interest,
    users: new UserTable(),
    sessions,
    subscribers,
    placement: new Placement(namespaces, interest, sessions, subscribers),
    counters: new SessionCounters(),
    epochs: new Epochs(),
    lastValues,
    watches: new Watches(lastValues, clock),
    acks: new AckSlab(),
    pacing: new Pacing(fanOut, config.pacingMs),
    authThrottle: new AuthThrottle(),
    events: new ConnectionEvents(emit, clock),
    emit,
    incident: (incident, address, text) => {
      if (incidents.admit(incident)) emit({ kind: 'incident', incident, address, text });
    },
  };
}
