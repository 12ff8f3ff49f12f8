import type { EngineEvent } from '../../port.js';
import type { Clock } from '../clock.js';
import type { MovedCounts } from '../fanout/subscriber/subscriber-counts.js';
import type { Session } from '../session/session.js';
import type { SessionEvents } from '../session/session-events.js';
import type { PlacedConnection, UnboundKind } from '../session/subscribe/placed-connection.js';
import { sessionRow, subscriberRow } from './connection-row.js';

/** Tells the control plane which sessions and subscribers come and go, with their last figures. */
export class ConnectionEvents implements SessionEvents {
  readonly #emit: (event: EngineEvent) => void;
  readonly #clock: Clock;

  constructor(emit: (event: EngineEvent) => void, clock: Clock) {
    this.#emit = emit;
    this.#clock = clock;
  }

  sessionOpened({ id, user, connection, clientName }: Session): void {
    const { address, port, client } = connection;
    this.#emit({ kind: 'sessionOpened', session: id, userId: user.id, address, port, client, clientName });
  }

  sessionClosed(session: Session, reason: string): void {
    const figures = sessionRow(session, this.#clock.nowUs);
    this.#emit({ kind: 'sessionClosed', session: session.id, userId: session.user.id, reason, figures });
  }

  sessionTrail({ id, user }: Session, trail: MovedCounts): void {
    this.#emit({ kind: 'sessionTrail', session: id, userId: user.id, ...trail, dropped: { ...trail.dropped } });
  }

  subscriberOpened({ id, plainUser, address, port, client }: PlacedConnection, kind: UnboundKind): void {
    const userId = plainUser?.id ?? null;
    this.#emit({ kind: 'subscriberOpened', subscriber: id, subscriberKind: kind, userId, address, port, client });
  }

  subscriberClosed(connection: PlacedConnection, reason: string): void {
    const figures = subscriberRow(connection, this.#clock.nowUs);
    this.#emit({ kind: 'subscriberClosed', subscriber: connection.id, reason, figures });
  }
}
