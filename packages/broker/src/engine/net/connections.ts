import type { Socket } from 'node:net';
import { Handshake, type HandshakeOptions, type MechanismName } from '@pulsemq/zmtp';
import { PlainLogin, plainDelayMs } from '../session/auth/plain-login.js';
import type { EngineCore } from '../session/core.js';
import { RequestConnection } from '../session/request-connection.js';
import { SubscriberConnection } from '../session/subscribe/subscriber-connection.js';
import { Admission } from './admission.js';
import { Connection } from './connection.js';
import type { ConnectionOwner } from './connection-owner.js';
import type { Encryption } from './encryption.js';
import type { Acceptor } from './listener.js';
import { PacedQueue } from './paced-queue.js';
import type { ReadListener } from './raw-accept.js';
import { checkSilence } from './silence.js';
import { WebSocketLayer } from './websocket/websocket-layer.js';

/** What a peer may send before its handshake is done. */
const handshakeLimits = { maxHandshakeBytes: 4_096, maxCommandBytes: 1_024, maxMetadataEntries: 16 };

/** What differs between the two ports. */
type PortPart = Pick<ConnectionOwner<Connection>, 'makeHandshake' | 'makeTraffic'>;

/** All connections of both ports: makes them, watches them, forgets them. */
export class Connections {
  readonly #core: EngineCore;
  readonly #encryption: Encryption;
  readonly #webSocket: WebSocketLayer;
  readonly #all = new Set<Connection>();
  readonly #admission: Admission;
  /** Reads of connections whose handshake is not done. */
  readonly #handshakes: PacedQueue<Connection>;
  /** Reads of which a part waits for its turn. */
  readonly #rests: PacedQueue<Connection>;
  /** PLAIN log-ins of handshakes that are not done. */
  readonly #logins = new Map<Connection, PlainLogin>();
  #onEmpty: (() => void) | null = null;

  constructor(core: EngineCore, encryption: Encryption) {
    const { guard, limitReport } = core;
    const { limits } = core.config;
    this.#core = core;
    this.#encryption = encryption;
    this.#webSocket = new WebSocketLayer(core.config.webSocket);
    this.#admission = new Admission(limits, limitReport);
    const work = (connection: Connection): void => connection.workHeld();
    this.#handshakes = new PacedQueue('a handshake', guard, work, limits.handshakesPerSecond);
    this.#rests = new PacedQueue('the rest of a read', guard, work);
  }

  get count(): number {
    return this.#all.size;
  }

  /** Connections without a log-in. */
  get pendingCount(): number {
    return this.#admission.pendingCount;
  }

  /** Takes connections on the request port; our side is a ROUTER. */
  requestAcceptor(): Acceptor {
    const requests: PortPart = {
      makeHandshake: (connection, send) =>
        this.#handshake(connection, ['NULL'], { role: 'server', socketType: 'ROUTER', identity: nothing, send }),
      makeTraffic: (connection) => new RequestConnection(this.#core, connection),
    };
    const partOf = ({ role }: Connection): PortPart => (role === 'deliveries' ? this.#subscribers : requests);
    return this.#acceptor({
      layers: [...this.#encryption.layers, this.#webSocket],
      makeHandshake: (connection, send) => partOf(connection).makeHandshake(connection, send),
      makeTraffic: (connection, handshake) => partOf(connection).makeTraffic(connection, handshake),
    });
  }

  /** Takes connections on the subscriber port; our side is an XPUB. */
  subscriberAcceptor(): Acceptor {
    return this.#acceptor({ ...this.#subscribers, layers: this.#encryption.layers });
  }

  get #subscribers(): PortPart {
    return {
      makeHandshake: (connection, send) =>
        this.#handshake(connection, ['NULL', 'PLAIN'], {
          role: 'server',
          socketType: 'XPUB',
          authenticate: (name, token) => this.#logIn(connection, name, token),
          send,
        }),
      makeTraffic: (connection) => {
        const outcome = this.#logins.get(connection)?.finish() ?? null;
        this.#logins.delete(connection);
        return typeof outcome === 'string' ? outcome : new SubscriberConnection(this.#core, connection, outcome);
      },
    };
  }

  /** Call once a second: closes late handshakes, silent peers, and connections that no user accounts for in time. */
  sweep(): void {
    const { steadyMs } = this.#core.clock;
    for (const connection of this.#all) {
      const { traffic } = connection;
      if (traffic === null) this.#checkHandshake(connection, steadyMs);
      else {
        if (traffic.isClaimed) this.#admission.claimed(connection);
        const reason = traffic.sweep(steadyMs, connection.sinceMs);
        if (reason !== undefined) connection.close(reason);
        else checkSilence(connection, steadyMs, this.#core.config);
      }
    }
  }

  /** Closes all connections. Resolves when the last is gone. */
  async closeAll(reason: string): Promise<void> {
    for (const connection of this.#all) connection.close(reason);
    if (this.#all.size === 0) return;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** The handshake of a connection, or why it may have none. `clear` are the mechanisms that encrypt nothing themselves. */
  #handshake(
    connection: Connection,
    clear: readonly MechanismName[],
    options: Omit<HandshakeOptions, 'mechanisms' | 'limits' | 'curve'>,
  ): Handshake | string {
    const mechanisms = this.#encryption.mechanisms(connection, clear);
    if (mechanisms.length === 0) return this.#encryption.refuse(connection);
    const { curve } = this.#encryption;
    return new Handshake({ ...options, mechanisms, limits: handshakeLimits, ...(curve !== null && { curve }) });
  }

  #acceptor(port: PortPart & Pick<ConnectionOwner<Connection>, 'layers'>): Acceptor {
    const owner: ConnectionOwner<Connection> = {
      ...port,
      channelMemory: this.#encryption.channelMemory,
      refusedClearText: (connection) => this.#encryption.refusedClearText(connection),
      takeTurn: (connection) => this.#takeTurn(connection),
      moveTo: (connection, caller) =>
        this.#admission.moved(connection, caller.address, () => connection.setCaller(caller)),
      onClosed: (connection) => this.#forget(connection),
    };
    return { accept: (makeSocket) => this.#add(makeSocket, owner) };
  }

  #add(makeSocket: (onRead: ReadListener) => Socket, owner: ConnectionOwner<Connection>): void {
    let connection: Connection | null = null;
    const socket = makeSocket((buf, lengthBytes) => connection?.onRead(buf, lengthBytes));
    if (!this.#admission.mayOpen(socket.remoteAddress ?? 'unknown')) {
      socket.destroy();
      return;
    }
    connection = new Connection(this.#core, socket, owner);
    this.#all.add(connection);
    this.#admission.opened(connection);
  }

  #logIn(connection: Connection, name: string, token: string): boolean {
    const login = new PlainLogin(this.#core, connection.address);
    this.#logins.set(connection, login);
    return login.hello(name, token);
  }

  #takeTurn(connection: Connection): void {
    if (connection.isReady) return this.#rests.push(connection);
    const delayMs = plainDelayMs(this.#core, connection.address);
    if (delayMs === 0) this.#handshakes.push(connection);
    else setTimeout(() => this.#handshakes.push(connection), delayMs);
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    this.#logins.delete(connection);
    this.#admission.closed(connection);
    if (this.#all.size === 0) this.#onEmpty?.();
  }

  #checkHandshake(connection: Connection, nowMs: number): void {
    const { handshakeTimeoutMs } = this.#core.config;
    if (nowMs - connection.sinceMs < handshakeTimeoutMs) return;
    const text = `no complete ZMTP handshake within ${handshakeTimeoutMs} ms`;
    this.#core.limitReport.hit('handshakeTimeout', connection.address, () => text);
    connection.close(text);
  }
}

const nothing = new Uint8Array(0);
