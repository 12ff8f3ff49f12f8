import { SetIndex } from '../set-index.js';
import type { PlacedConnection } from './placed-connection.js';

/** All connections on the subscriber port, found by number, by address and by PLAIN user. */
export class SubscriberTable {
  #lastId = 0;
  readonly #byId = new Map<number, PlacedConnection>();
  /** Without those of PLAIN users. */
  readonly #byAddress = new SetIndex<string, PlacedConnection>();
  readonly #byPlainUser = new SetIndex<number, PlacedConnection>();

  get count(): number {
    return this.#byId.size;
  }

  /** A number that no other subscriber of this run has. */
  nextId(): number {
    return ++this.#lastId;
  }

  ofId(id: number): PlacedConnection | undefined {
    return this.#byId.get(id);
  }

  /** Connections of an address that have no log-in of their own. */
  ofAddress(address: string): ReadonlySet<PlacedConnection> {
    return this.#byAddress.of(address);
  }

  /** Connections that a user opened by PLAIN. */
  ofPlainUser(userId: number): ReadonlySet<PlacedConnection> {
    return this.#byPlainUser.of(userId);
  }

  /** The connections of all PLAIN users. */
  *plain(): Generator<PlacedConnection> {
    for (const connections of this.#byPlainUser.sets()) yield* connections;
  }

  /** Connections that are reported as subscribers of their own: PLAIN ones, and legacy ones that asked for a prefix. */
  *unbound(): Generator<PlacedConnection> {
    for (const connection of this.#byId.values()) if (connection.reportedKind !== null) yield connection;
  }

  /** Subscribers that hold more than half of what they may. */
  slowCount(): number {
    let count = 0;
    for (const connection of this.#byId.values()) if (connection.subscriber.isSlow) count++;
    return count;
  }

  add(connection: PlacedConnection): void {
    const { id, plainUser, address } = connection;
    this.#byId.set(id, connection);
    if (plainUser !== null) this.#byPlainUser.add(plainUser.id, connection);
    else this.#byAddress.add(address, connection);
  }

  remove(connection: PlacedConnection): void {
    const { id, plainUser, address } = connection;
    this.#byId.delete(id);
    if (plainUser !== null) this.#byPlainUser.remove(plainUser.id, connection);
    else this.#byAddress.remove(address, connection);
  }
}
