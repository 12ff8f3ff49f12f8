import type { EngineConfig, EngineEvent, IncidentKind } from '../../port.js';
import type { Clock } from '../clock.js';
import type { FanOut } from '../fanout/fan-out.js';
import type { Epochs } from '../route/epochs.js';
import type { InterestTable } from '../route/interest-table.js';
import type { LastValues } from '../route/memory/last-values.js';
import type { NamespaceTable } from '../route/namespace-table.js';
import type { AuthThrottle } from './auth/auth-throttle.js';
import type { Entitlements } from './auth/user-table.js';
import type { InboundCounters } from './inbound-counters.js';
import type { Pacing } from './publish/pacing.js';
import type { SessionTable } from './session-table.js';
import type { SubscriptionKeeper } from './subscribe/placement.js';
import type { AckSlab } from './wire/ack-slab.js';

/** What all connections of one engine share. Composed in engine.ts; nothing here is created on the way. */
export interface EngineCore {
  readonly config: EngineConfig;
  readonly clock: Clock;
  readonly fanOut: FanOut;
  readonly namespaces: NamespaceTable;
  readonly interest: InterestTable;
  readonly entitlements: Entitlements;
  readonly sessions: SessionTable;
  readonly keeper: SubscriptionKeeper;
  readonly counters: InboundCounters;
  readonly epochs: Epochs;
  readonly lastValues: LastValues;
  readonly acks: AckSlab;
  readonly pacing: Pacing;
  readonly authThrottle: AuthThrottle;
  emit(event: EngineEvent): void;
  /** Tells the operator, at most so often. */
  incident(kind: IncidentKind, address: string, text: string): void;
}
