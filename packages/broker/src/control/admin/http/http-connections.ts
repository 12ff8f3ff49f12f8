import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import { addressKey } from '../../../address-key.js';
import type { ControlLimits } from '../../faults/control-limits.js';

/** Limits of the HTTP server's connections, as they are at the moment of the call. */
export interface HttpConnectionLimits {
  totalCount(): number;
  addressCount(): number;
  /** Connections of a trusted proxy are those of many callers. */
  isTrusted(address: string): boolean;
}

/** The open connections of the HTTP server. Past a limit an idle one gives way, or the new one is closed. */
export class HttpConnections {
  readonly #limits: HttpConnectionLimits;
  readonly #report: ControlLimits;
  /** Oldest first, by address key. */
  readonly #open = new Map<string, Set<Socket>>();
  /** Ends of connections with a request under way. With TLS a request has another socket than its connection, but the same ends. */
  readonly #busy = new Set<string>();
  #count = 0;
  #upgradedCount = 0;

  constructor(server: Server, limits: HttpConnectionLimits, report: ControlLimits) {
    this.#limits = limits;
    this.#report = report;
    server.on('connection', (socket: Socket) => this.#onConnection(socket));
    server.on('request', ({ socket }) => this.#busy.add(endOf(socket)));
    // Without a listener an error of accept, such as too few descriptors, would end the process.
    server.on('error', (error: NodeJS.ErrnoException) => this.#onServerError(error));
  }

  /** The answer to the last request of a connection is written. */
  idle(socket: Socket): void {
    this.#busy.delete(endOf(socket));
  }

  /** A request of this connection is under way. */
  isBusy(socket: Socket): boolean {
    return this.#busy.has(endOf(socket));
  }

  /**
   * The connection carries no requests any more, and so is never idle. At most half of the connections may: the others are for the console and
   * the API. Null, or why this one may not.
   */
  upgraded(socket: Socket): string | null {
    const most = Math.floor(this.#limits.totalCount() / 2);
    if (this.#upgradedCount >= most) {
      const text = `${most} WebSockets are open on the admin port, half of limits.max_http_connections`;
      this.#report.hit('httpConnections', socket.remoteAddress ?? '', () => text);
      return text;
    }
    this.#upgradedCount++;
    this.#busy.add(endOf(socket));
    socket.once('close', () => this.#upgradedCount--);
    return null;
  }

  #onConnection(socket: Socket): void {
    const { remoteAddress: address } = socket;
    // The peer has gone already.
    if (address === undefined) return;
    // A connection that begins anew, behind a request to upgrade.
    if (this.#open.get(addressKey(address))?.has(socket) === true) return;
    if (!this.#mayOpen(address)) {
      socket.destroy();
      return;
    }
    const key = addressKey(address);
    const end = endOf(socket);
    const ofAddress = this.#open.get(key) ?? new Set();
    this.#open.set(key, ofAddress.add(socket));
    this.#count++;
    socket.once('close', () => {
      this.#count--;
      this.#busy.delete(end);
      ofAddress.delete(socket);
      if (ofAddress.size === 0) this.#open.delete(key);
    });
  }

  #mayOpen(address: string): boolean {
    const addressCount = this.#limits.addressCount();
    const ofAddress = this.#open.get(addressKey(address))?.size ?? 0;
    if (ofAddress >= addressCount && !this.#limits.isTrusted(address)) {
      const text = `${addressCount} HTTP connections of one address are open (limits.max_http_connections_per_address)`;
      this.#report.hit('httpConnectionsPerAddress', address, () => text);
      return false;
    }
    const totalCount = this.#limits.totalCount();
    if (this.#count < totalCount) return true;
    const text = `${totalCount} HTTP connections are open (limits.max_http_connections)`;
    this.#report.hit('httpConnections', address, () => text);
    return this.#closeIdle();
  }

  /** Closes the oldest idle connection of the address with the most. False when that address has none. */
  #closeIdle(): boolean {
    let fullest: Set<Socket> | null = null;
    for (const sockets of this.#open.values()) if (sockets.size > (fullest?.size ?? 0)) fullest = sockets;
    for (const socket of fullest ?? []) {
      if (this.#busy.has(endOf(socket))) continue;
      socket.destroy();
      return true;
    }
    return false;
  }

  #onServerError(error: NodeJS.ErrnoException): void {
    this.#report.hit('descriptors', '', () => `an HTTP connection could not be accepted: ${error.message}`);
  }
}

const endOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
