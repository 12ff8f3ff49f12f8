import type { Socket } from 'node:net';
import { Handshake } from '@pulsemq/zmtp';
import type { User } from '../session/auth/user.js';
import type { EngineCore } from '../session/core.js';
import { RequestConnection } from '../session/request-connection.js';
import { SubscriberConnection } from '../session/subscribe/subscriber-connection.js';
import { Connection } from './connection.js';
import type { Acceptor } from './listener.js';
import { PacedQueue } from './paced-queue.js';
import type { ReadListener } from './raw-accept.js';
import { checkSilence } from './silence.js';

/** What a peer may send before its handshake is done. */
const handshakeLimits = { maxHandshakeBytes: 4_096, maxCommandBytes: 1_024, maxMetadataEntries: 16 };

/** A subscriber without a user and a session is closed after this time. */
const unclaimedGraceMs = 60_000;

/** All connections of both ports: makes them, watches them, forgets them. */
export class Connections {
  readonly #core: EngineCore;
  readonly #all = new Set<Connection>();
  readonly #handshakes = new PacedQueue<Connection>((connection) => connection.workHeld());
  #onEmpty: (() => void) | null = null;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  get count(): number {
    return this.#all.size;
  }

  /** Takes connections on the request port; our side is a ROUTER. */
  requestAcceptor(): Acceptor {
    return {
      accept: (makeSocket) =>
        this.#add(
          makeSocket,
          (send) =>
            new Handshake({
              role: 'server',
              socketType: 'ROUTER',
              identity: nothing,
              mechanisms: ['NULL'],
              limits: handshakeLimits,
              send,
            }),
          (connection) => new RequestConnection(this.#core, connection),
        ),
    };
  }

  /** Takes connections on the subscriber port; our side is an XPUB. */
  subscriberAcceptor(): Acceptor {
    return { accept: (makeSocket) => this.#addSubscriber(makeSocket) };
  }

  /** Call once a second: closes late handshakes, silent peers, and subscribers without a user and a session. */
  sweep(): void {
    const { nowMs } = this.#core.clock;
    for (const connection of this.#all) {
      if (!connection.isReady) this.#checkHandshake(connection, nowMs);
      else if (!this.#isAbandoned(connection, nowMs)) checkSilence(connection, nowMs, this.#core.config);
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

  #addSubscriber(makeSocket: (onRead: ReadListener) => Socket): void {
    let user: User | null = null;
    const authenticate = (name: string, token: string): boolean => {
      user = this.#core.users.verify(name, token) ?? null;
      if (user === null) this.#core.counters.authFailedCount++;
      return user !== null;
    };
    this.#add(
      makeSocket,
      (send) =>
        new Handshake({
          role: 'server',
          socketType: 'XPUB',
          mechanisms: ['NULL', 'PLAIN'],
          authenticate,
          limits: handshakeLimits,
          send,
        }),
      (connection) => new SubscriberConnection(this.#core, connection, user),
    );
  }

  #add(
    makeSocket: (onRead: ReadListener) => Socket,
    makeHandshake: ConstructorParameters<typeof Connection>[2],
    makeTraffic: ConstructorParameters<typeof Connection>[3],
  ): void {
    let connection: Connection | null = null;
    const socket = makeSocket((buf, lengthBytes) => connection?.onRead(buf, lengthBytes));
    connection = new Connection(
      this.#core,
      socket,
      makeHandshake,
      makeTraffic,
      (held) => this.#handshakes.push(held),
      (closed) => this.#forget(closed),
    );
    this.#all.add(connection);
  }

  #forget(connection: Connection): void {
    this.#all.delete(connection);
    if (this.#all.size === 0) this.#onEmpty?.();
  }

  #checkHandshake(connection: Connection, nowMs: number): void {
    const { handshakeTimeoutMs } = this.#core.config;
    if (nowMs - connection.sinceMs < handshakeTimeoutMs) return;
    connection.close(`no complete ZMTP handshake within ${handshakeTimeoutMs} ms`);
  }

  #isAbandoned(connection: Connection, nowMs: number): boolean {
    const { traffic } = connection;
    if (!(traffic instanceof SubscriberConnection)) return false;
    if (nowMs - traffic.sinceMs < unclaimedGraceMs || !traffic.isUnclaimed) return false;
    connection.close(`no session of its address within ${unclaimedGraceMs} ms`);
    return true;
  }
}

const nothing = new Uint8Array(0);
