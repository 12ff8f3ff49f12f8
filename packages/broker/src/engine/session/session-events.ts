import type { DropCounts } from '../fanout/subscriber/drop-counts.js';
import type { Session } from './session.js';
import type { PlacedConnection, UnboundKind } from './subscribe/placed-connection.js';

/** Deliveries and losses that came after their session had ended. */
export interface DeliveryTrail {
  readonly deliveredCount: number;
  readonly deliveredBytes: number;
  readonly dropped: DropCounts;
}

/** What sessions and subscribers report about themselves. */
export interface SessionEvents {
  sessionOpened(session: Session): void;
  sessionClosed(session: Session, reason: string): void;
  sessionTrail(session: Session, trail: DeliveryTrail): void;
  /** A subscriber that is bound to no session. */
  subscriberOpened(connection: PlacedConnection, kind: UnboundKind): void;
  subscriberClosed(connection: PlacedConnection, reason: string): void;
}
