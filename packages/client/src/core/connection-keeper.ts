import { ErrorCode, NotConnectedError, PubFlag, PulseMQError } from '@pulsemq/protocol';
import type { OpenTransport } from '../transport/transport.js';
import { abortError, orAborted } from './abort.js';
import type { Connection, ConnectionListener } from './connection.js';
import { Connector, isFinal } from './connector.js';
import type { Emitter } from './events.js';
import type { Settings } from './options.js';
import type { Pending, PendingPublish } from './pending.js';
import type { PublishFrame } from './publish-batch.js';
import { WaitingPublishes } from './waiting-publishes.js';

/** What the keeper needs of its client. */
export interface KeeperListener {
  onDelivery: ConnectionListener['onDelivery'];
  onReadEnd: ConnectionListener['onReadEnd'];
  /** A connection is up again: make it have what the client wants. */
  restore(connection: Connection): Promise<void>;
  /** No connection will come any more. */
  onGivenUp(error: Error): void;
}

interface Waiter {
  resolve(connection: Connection): void;
  reject(error: Error): void;
}

const resolved = Promise.resolve();

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
  readonly #waiting = new WaitingPublishes();

  constructor(settings: Settings, open: OpenTransport, events: Emitter, listener: KeeperListener) {
    this.#settings = settings;
    this.#events = events;
    this.#listener = listener;
    const connectionListener: ConnectionListener = {
      onDelivery: listener.onDelivery,
      onReadEnd: listener.onReadEnd,
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

  /** The connection of this moment, which may still be being restored. */
  get current(): Connection | null {
    return this.#current;
  }

  async connect(signal?: AbortSignal): Promise<void> {
    if (this.#state === 'ended') {
      throw new NotConnectedError(`this client has ended, make a new one: ${this.#endError.message}`, {
        cause: this.#endError,
      });
    }
    if (this.#state !== 'idle') throw new NotConnectedError('connect() was called twice');
    if (signal?.aborted) throw abortError(signal);
    this.#state = 'connecting';
    const either = signal === undefined ? this.#abort.signal : AbortSignal.any([this.#abort.signal, signal]);
    try {
      await this.#connectFirst(either);
    } catch (error) {
      throw this.#failConnect(error as Error, signal);
    }
    this.#events.emit('connected', { server: this.#current?.server, epoch: this.#current?.epoch });
  }

  /** The connection, or the next one; rejects when none will come. */
  connection(signal?: AbortSignal): Promise<Connection> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.#current !== null && this.#state === 'connected') return Promise.resolve(this.#current);
    if (!this.isTrying) return Promise.reject(this.#endError);
    return orAborted(new Promise<Connection>((resolve, reject) => this.#waiters.push({ resolve, reject })), signal);
  }

  /** Sends a publish now, or when there is a connection again. */
  publish(publish: PendingPublish): void {
    if (this.#state === 'connected') {
      const { requests } = this.#current!;
      const count = requests.pendingCount;
      if (count >= this.#settings.maxPendingCount) publish.settle(this.#tooMany(count));
      else requests.publish(publish);
      return;
    }
    const { size } = this.#waiting;
    if (!this.isTrying) publish.settle(this.#endError);
    else if (size >= this.#settings.maxPendingCount) publish.settle(this.#tooMany(size));
    else this.#waiting.push(publish);
  }

  /** Sends a publish that nobody answers, if it can leave now; false when it cannot. */
  publishUnanswered(names: Buffer, frame: PublishFrame): boolean {
    if (this.#state !== 'connected' || !this.#current!.canOmitReplies) return false;
    this.#current!.requests.publishUnanswered(names, frame);
    return true;
  }

  /** Written and not yet taken by the system, bytes. */
  get pendingBytes(): number {
    return this.#current?.pendingBytes ?? 0;
  }

  /** Resolves when the system has taken what was written. */
  drained(): Promise<void> {
    if (!this.isConnected) return resolved;
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

  /** With `fromStart`, the first try comes at once and the others as after a lost connection. */
  async #connectFirst(signal: AbortSignal): Promise<void> {
    const { reconnect } = this.#settings;
    const attempt = async (): Promise<void> => this.#adopt(await this.#connector.connect(signal));
    try {
      await attempt();
    } catch (error) {
      if (reconnect?.fromStart !== true || signal.aborted || isFinal(error as Error)) throw error;
      await this.#connector.tryAgain(attempt, reconnect, signal, 1);
    }
  }

  /** A client that could not connect may try again, unless it was closed; who waited for the connection is told. */
  #failConnect(error: Error, signal: AbortSignal | undefined): Error {
    if (this.#abort.signal.aborted) return this.#endError;
    this.#state = 'idle';
    const told = signal?.aborted ? abortError(signal) : error;
    this.#rejectAll(told);
    return told;
  }

  #adopt(connection: Connection): void {
    this.#current = connection;
    this.#state = 'connected';
    this.#waiting.sendTo(connection);
    for (const waiter of this.#waiters.splice(0)) waiter.resolve(connection);
  }

  #onLost(connection: Connection, error: Error, pending: Pending[]): void {
    const wasCurrent = connection === this.#current && this.#state === 'connected';
    if (connection === this.#current) this.#current = null;
    this.#onDrain();
    const { reconnect, inFlight } = this.#settings;
    this.#keepOrFail(pending, error, wasCurrent && reconnect !== null && inFlight === 'retry');
    if (!wasCurrent) return;
    const { unconfirmedCount } = connection.requests;
    this.#state = 'reconnecting';
    this.#events.emit('disconnected', { error, willReconnect: reconnect !== null, unconfirmedCount });
    if (this.#abort.signal.aborted) return;
    if (reconnect === null) this.#end(error);
    else void this.#reconnect(reconnect);
  }

  /** What was not answered may have arrived: it is told, or marked and sent again, ahead of what comes later. */
  #keepOrFail(pending: readonly Pending[], cause: Error, isKept: boolean): void {
    const error = new NotConnectedError(`not acknowledged: ${cause.message}`, { cause });
    for (const one of pending) {
      if (one.kind === 'request' || !isKept) {
        one.settle(error);
        continue;
      }
      one.flags |= PubFlag.maybeDuplicate;
      this.#waiting.push(one);
    }
  }

  async #reconnect(options: NonNullable<Settings['reconnect']>): Promise<void> {
    const { signal } = this.#abort;
    try {
      const tryCount = await this.#connector.tryAgain(() => this.#openAndRestore(signal), options, signal);
      this.#events.emit('reconnected', { server: this.#current?.server, epoch: this.#current?.epoch, tryCount });
    } catch (error) {
      if (!signal.aborted) this.#end(error as Error);
    }
  }

  /** One try: it counts as long as not everything the client wants is there. */
  async #openAndRestore(signal: AbortSignal): Promise<void> {
    const connection = await this.#connector.connect(signal);
    this.#current = connection;
    try {
      await this.#listener.restore(connection);
      signal.throwIfAborted();
      if (this.#current !== connection) throw new NotConnectedError('the connection was lost again');
    } catch (error) {
      connection.close(error as Error);
      throw error;
    }
    this.#adopt(connection);
  }

  #end(error: Error): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#endError = error;
    this.#current = null;
    this.#abort.abort(error);
    this.#onDrain();
    this.#rejectAll(error);
    this.#listener.onGivenUp(error);
  }

  #rejectAll(error: Error): void {
    this.#waiting.fail(error);
    for (const waiter of this.#waiters.splice(0)) waiter.reject(error);
  }

  #onDrain(): void {
    for (const resolve of this.#drainWaiters.splice(0)) resolve();
  }

  #tooMany(count: number): Error {
    const { maxPendingCount } = this.#settings;
    return new PulseMQError(
      ErrorCode.limitReached,
      `${count} publishes wait for an answer or a connection, maxPendingCount is ${maxPendingCount}`,
    );
  }
}
