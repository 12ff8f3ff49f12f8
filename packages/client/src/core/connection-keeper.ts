import { ErrorCode, NotConnectedError, PubFlag, PulseMQError } from '@pulsemq/protocol';
import type { OpenTransport } from '../transport/transport.js';
import { orAborted } from './abort.js';
import type { Connection, ConnectionListener } from './connection.js';
import { Connector } from './connector.js';
import type { Emitter } from './events.js';
import { Fifo } from './fifo.js';
import type { Settings } from './options.js';
import type { Pending, PendingPublish } from './pending.js';
import type { PublishFrame } from './publish-batch.js';

/** What the keeper needs of its client. */
export interface KeeperListener {
  onDelivery: ConnectionListener['onDelivery'];
  /** A connection is up again: make it have what the client wants. */
  restore(connection: Connection): Promise<void>;
  /** No connection will come any more. */
  onGivenUp(error: Error): void;
}

interface Waiter {
  resolve(connection: Connection): void;
  reject(error: Error): void;
}

/** Keeps a connection for the client, and what is to be published while there is none. */
export class ConnectionKeeper {
  readonly #settings: Settings;
  readonly #events: Emitter;
  readonly #listener: KeeperListener;
  readonly #connector: Connector;
  readonly #abort = new AbortController();
  #state: 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'ended' = 'idle';
  #current: Connection | null = null;
  #endError: Error = new NotConnectedError('not connected: call connect() first');
  #waiters: Waiter[] = [];
  #drainWaiters: (() => void)[] = [];
  /** Publishes that wait for a connection. */
  #waiting = new Fifo<PendingPublish>();

  constructor(settings: Settings, open: OpenTransport, events: Emitter, listener: KeeperListener) {
    this.#settings = settings;
    this.#events = events;
    this.#listener = listener;
    const connectionListener: ConnectionListener = {
      onDelivery: listener.onDelivery,
      onLost: (connection, error, pending) => this.#onLost(connection, error, pending),
      onDrain: () => this.#onDrain(),
    };
    this.#connector = new Connector(settings, open, connectionListener, events);
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** A connection is there or will be tried for. */
  get isTrying(): boolean {
    return this.#state === 'connected' || this.#state === 'connecting' || this.#state === 'reconnecting';
  }

  /** The connection of this moment. */
  get current(): Connection | null {
    return this.#current;
  }

  async connect(): Promise<void> {
    if (this.#state !== 'idle')
      throw new NotConnectedError(`connect() was called ${this.#state === 'ended' ? 'after close()' : 'twice'}`);
    this.#state = 'connecting';
    const { reconnect } = this.#settings;
    try {
      const connection =
        reconnect?.fromStart === true
          ? (await this.#connector.connectAgain(reconnect, this.#abort.signal)).connection
          : await this.#connector.connect();
      this.#adopt(connection);
    } catch (error) {
      if (this.#state === 'connecting') this.#state = 'idle';
      throw this.#abort.signal.aborted ? this.#endError : error;
    }
    this.#events.emit('connected', { server: this.#current?.server, epoch: this.#current?.epoch });
  }

  /** The connection, or the next one; rejects when none will come. */
  connection(signal?: AbortSignal): Promise<Connection> {
    if (this.#current !== null && this.#state === 'connected') return Promise.resolve(this.#current);
    if (!this.isTrying) return Promise.reject(this.#endError);
    return orAborted(new Promise<Connection>((resolve, reject) => this.#waiters.push({ resolve, reject })), signal);
  }

  /** Sends a publish now, or when there is a connection again. */
  publish(names: Buffer, frame: PublishFrame, settle: (error: Error | null) => void): void {
    const pending: PendingPublish = { kind: 'publish', names, frame, settle, sentAtMs: 0, wasSent: false };
    const { maxPendingCount } = this.#settings;
    if (!this.isTrying) return settle(this.#endError);
    const count = this.#waiting.size + (this.#current?.requests.pendingCount ?? 0);
    if (count >= maxPendingCount) {
      return settle(
        new PulseMQError(ErrorCode.limitReached, `${count} publishes wait, the limit is ${maxPendingCount}`),
      );
    }
    if (this.#state === 'connected') this.#current!.requests.publish(pending);
    else this.#waiting.push(pending);
  }

  /** Resolves when the system has taken what was written. */
  drained(): Promise<void> {
    if (!this.isConnected) return Promise.resolve();
    return new Promise((resolve) => this.#drainWaiters.push(resolve));
  }

  /** Ends for good. Waits at most so long for answers. */
  async close(waitMs: number): Promise<void> {
    if (this.#state === 'ended') return;
    const connection = this.#current;
    const error = new NotConnectedError('the client was closed');
    if (connection !== null && this.#state === 'connected') {
      connection.requests.flush();
      await connection.requests.settled(waitMs);
    }
    this.#end(error);
    connection?.close(error);
  }

  #adopt(connection: Connection): void {
    if (this.#abort.signal.aborted) {
      connection.close(this.#endError);
      throw this.#endError;
    }
    this.#current = connection;
    this.#state = 'connected';
    for (const publish of this.#waiting.drain()) connection.requests.publish(publish);
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(connection);
  }

  #onLost(connection: Connection, error: Error, pending: Pending[]): void {
    if (connection !== this.#current) {
      for (const one of pending) one.settle(error);
      return;
    }
    this.#current = null;
    this.#onDrain();
    if (this.#state === 'reconnecting') {
      for (const one of pending) one.settle(error);
      return;
    }
    const { reconnect, inFlight } = this.#settings;
    const willReconnect = reconnect !== null && this.#state === 'connected';
    this.#keepOrFail(pending, error, willReconnect && inFlight === 'retry');
    if (this.#state === 'ended') return;
    this.#events.emit('disconnected', { error, willReconnect });
    if (willReconnect) void this.#reconnect();
    else this.#end(error);
  }

  /** What was not answered may have arrived: it is told, or marked and sent again, ahead of what came later. */
  #keepOrFail(pending: readonly Pending[], cause: Error, isKept: boolean): void {
    const later = this.#waiting.drain();
    const error = new NotConnectedError(`not acknowledged: ${cause.message}`, { cause });
    for (const one of pending) {
      if (one.kind === 'request' || !isKept) one.settle(error);
      else this.#waiting.push({ ...one, frame: { ...one.frame, flags: one.frame.flags | PubFlag.maybeDuplicate } });
    }
    for (const one of later) this.#waiting.push(one);
  }

  /** Until a connection is up with everything the client wants. One that is lost again on the way is not the last. */
  async #reconnect(): Promise<void> {
    this.#state = 'reconnecting';
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const opened = await this.#openAgain();
      if (opened === null) return;
      this.#current = opened.connection;
      try {
        await this.#listener.restore(opened.connection);
      } catch (error) {
        opened.connection.close(error as Error);
      }
      if (this.#current !== opened.connection) continue;
      this.#adopt(opened.connection);
      const { server, epoch } = opened.connection;
      this.#events.emit('reconnected', { server, epoch, tryCount: opened.tryCount });
      return;
    }
  }

  async #openAgain(): Promise<{ connection: Connection; tryCount: number } | null> {
    try {
      return await this.#connector.connectAgain(this.#settings.reconnect!, this.#abort.signal);
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#end(error as Error);
      return null;
    }
  }

  #end(error: Error): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#endError = error;
    this.#current = null;
    this.#abort.abort(error);
    this.#onDrain();
    for (const publish of this.#waiting.drain()) publish.settle(error);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
    this.#listener.onGivenUp(error);
  }

  #onDrain(): void {
    for (const resolve of this.#drainWaiters.splice(0)) resolve();
  }
}
