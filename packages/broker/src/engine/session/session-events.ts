import type { MovedCounts } from '../fanout/subscriber/subscriber-counts.js';
import type { Session } from './session.js';
import type { PlacedConnection, UnboundKind } from './subscribe/placed-connection.js';

/** What sessions and subscribers report about themselves. */
export interface SessionEvents {
  sessionOpened(session: Session): void;
  sessionClosed(session: Session, reason: string): void;
  /** Deliveries and losses that came after their session had ended. */
  sessionTrail(session: Session, trail: MovedCounts): void;
  /** A subscriber that is bound to no session. */
  subscriberOpened(connection: PlacedConnection, kind: UnboundKind): void;
  subscriberClosed(connection: PlacedConnection, reason: string): void;
}
