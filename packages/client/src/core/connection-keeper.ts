import { ErrorCode, NotConnectedError, PubFlag, PulseMQError } from '@pulsemq/protocol';
import { abortError, orAborted, withEither } from './abort.js';
import type { Connection, ConnectionContext } from './connection.js';
import { ConnectionWaiters } from './connection-waiters.js';
import { Connector, isFinal } from './connector.js';
import type { Emitter } from './events.js';
import type { Settings } from './options.js';
import type { Pending, PendingPublish } from './pending.js';
import type { PublishFrame } from './publish-batch.js';
import { WaitingPublishes } from './waiting-publishes.js';

/** The part of a client that its keeper restores and ends. */
export interface KeptState {
  /** Restores everything on a new connection. Rejects if that fails. */
  restore(connection: Connection): Promise<void>;
  /** There will be no further connection. */
  end(error: Error): void;
}

const resolved = Promise.resolve();
/** Time for replies of a broker that is about to end. */
const leaveWaitMs = 1_000;

/** Keeps the connection of a client: connects again after a loss, and holds publishes until then. */
export class ConnectionKeeper {
  readonly #settings: Settings;
  readonly #events: Emitter;
  readonly #kept: KeptState;
  readonly #connector: Connector;
  readonly #abort = new AbortController();
  #state: 'idle' | 'connecting' | 'connected' | 'reconnecting' | 'ended' = 'idle';
  #current: Connection | null = null;
  /** The connection to a broker that is about to end, until it is closed. */
  #leaving: Connection | null = null;
  #endError: Error = new NotConnectedError('not connected: call connect() first');
  readonly #waiters: ConnectionWaiters;
  #drainWaiters: (() => void)[] = [];
  readonly #endListeners = new Set<(error: Error) => void>();
  readonly #waiting: WaitingPublishes;

  constructor(context: ConnectionContext, events: Emitter, kept: KeptState) {
    const { offlineTimeoutMs } = context.settings;
    this.#waiters = new ConnectionWaiters(offlineTimeoutMs);
    this.#waiting = new WaitingPublishes(offlineTimeoutMs);
    this.#settings = context.settings;
    this.#events = events;
    this.#kept = kept;
    const listener = {
      onLost: (connection: Connection, error: Error, pending: Pending[]) => this.#onLost(connection, error, pending),
      onDrain: () => this.#onDrain(),
      onDraining: (connection: Connection) => this.#move(connection),
    };
    this.#connector = new Connector(context, listener, events);
  }

  /** Time that a call may wait for a connection. */
  get offlineTimeoutMs(): number {
    return this.#settings.offlineTimeoutMs;
  }

  /** True if the connection is up and restored. */
  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  /** True if there is a connection or an attempt for one. */
  get isTrying(): boolean {
    return this.#state === 'connected' || this.#state === 'connecting' || this.#state === 'reconnecting';
  }

  /** The current connection, which may not be restored yet. */
  get current(): Connection | null {
    return this.#current;
  }

  /** Makes the first connection. Rejects as `Connection.open` does, and with a NotConnectedError if it was called before. */
  async connect(signal?: AbortSignal): Promise<void> {
    if (this.#state === 'ended') {
      throw new NotConnectedError(`this client has ended, make a new one: ${this.#endError.message}`, {
        cause: this.#endError,
      });
    }
    if (this.#state !== 'idle') throw new NotConnectedError('connect() was called twice: call it once per client');
    if (signal?.aborted) throw abortError(signal);
    this.#state = 'connecting';
    const signals = signal === undefined ? [this.#abort.signal] : [this.#abort.signal, signal];
    try {
      await withEither(signals, (either) => this.#connectFirst(either));
    } catch (error) {
      throw this.#failConnect(error as Error, signal);
    }
    this.#events.emit('connected', { server: this.#current?.server, epoch: this.#current?.epoch });
  }

  /** Resolves with the connection, or with the next one. Rejects if there is none within `offlineTimeoutMs`, or when the signal is aborted. */
  connection(signal?: AbortSignal): Promise<Connection> {
    if (signal?.aborted) return Promise.reject(abortError(signal));
    if (this.#current !== null && this.#state === 'connected') return Promise.resolve(this.#current);
    if (!this.isTrying) return Promise.reject(this.#endError);
    return orAborted(this.#waiters.next(), signal);
  }

  /** Sends a publish now or after the next connection. Settles it with an error past `maxPendingCount`. */
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

  /** Sends a publish without reply. Returns false if there is no connection or the broker always replies. */
  publishUnanswered(names: Uint8Array, frame: PublishFrame): boolean {
    if (this.#state !== 'connected' || !this.#current!.canOmitReplies) return false;
    this.#current!.requests.publishUnanswered(names, frame);
    return true;
  }

  /** Calls back when there will be no further connection, at once if that is so already. Returns how to stop that. */
  onEnd(callback: (error: Error) => void): () => void {
    if (!this.isTrying) callback(this.#endError);
    else this.#endListeners.add(callback);
    return () => void this.#endListeners.delete(callback);
  }

  /** Bytes that were written and that the system has not taken yet. */
  get pendingBytes(): number {
    return this.#current?.pendingBytes ?? 0;
  }

  /** Resolves when the system has taken all bytes that were written, or the connection is lost. */
  drained(): Promise<void> {
    if (!this.isConnected) return resolved;
    return new Promise((resolve) => this.#drainWaiters.push(resolve));
  }

  /** Closes the client. Waits at most `waitMs` for replies. */
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

  /** Makes the first attempt at once. With `fromStart`, further attempts follow as after a lost connection. */
  async #connectFirst(signal: AbortSignal): Promise<void> {
    const { reconnect } = this.#settings;
    const attempt = async (): Promise<void> => this.#adopt(await this.#connector.connectToAny(signal));
    try {
      await attempt();
    } catch (error) {
      if (reconnect?.fromStart !== true || signal.aborted || isFinal(error as Error)) throw error;
      await this.#connector.tryAgain(attempt, reconnect, signal, 1);
    }
  }

  /** Returns the error of `connect` and rejects all waiting calls with it. `connect` may be called again unless the client was closed. */
  #failConnect(error: Error, signal: AbortSignal | undefined): Error {
    if (this.#abort.signal.aborted) return this.#endError;
    this.#state = 'idle';
    const reason = signal?.aborted ? abortError(signal) : error;
    this.#rejectAll(reason);
    return reason;
  }

  #adopt(connection: Connection): void {
    this.#current = connection;
    this.#state = 'connected';
    this.#waiting.sendTo(connection);
    this.#waiters.resolveAll(connection);
  }

  #onLost(connection: Connection, error: Error, pending: Pending[]): void {
    const isLeaving = connection === this.#leaving;
    this.#leaving = null;
    const wasCurrent = connection === this.#current && (this.#state === 'connected' || isLeaving);
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

  /**
   * The broker is about to end. Publishes wait from now on; when those that were sent are answered, the client connects to another broker, as
   * after a loss.
   */
  #move(connection: Connection): void {
    const mayMove = connection === this.#current && this.#state === 'connected';
    if (!mayMove || this.#settings.reconnect === null || !this.#connector.hasOthers) return;
    this.#state = 'reconnecting';
    this.#leaving = connection;
    const error = new NotConnectedError('the broker is about to end, and the client goes to another one');
    void connection.requests.settled(leaveWaitMs).then(() => connection.close(error));
  }

  /** Settles unanswered requests with an error. Publishes that are kept are marked as possible duplicates and sent again before newer ones. */
  #keepOrFail(pending: readonly Pending[], cause: Error, isKept: boolean): void {
    const text = 'not acknowledged: the broker may or may not have it';
    const error = new NotConnectedError(`${text}: ${cause.message}`, { cause });
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

  /** One attempt. It succeeds when everything is restored. */
  async #openAndRestore(signal: AbortSignal): Promise<void> {
    const connection = await this.#connector.connect(signal);
    this.#current = connection;
    try {
      await this.#kept.restore(connection);
      signal.throwIfAborted();
      if (this.#current !== connection) throw new NotConnectedError('the connection was lost while it was restored');
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
    this.#kept.end(error);
  }

  #rejectAll(error: Error): void {
    this.#waiting.fail(error);
    this.#waiters.rejectAll(error);
    for (const listener of [...this.#endListeners]) listener(error);
    this.#endListeners.clear();
  }

  #onDrain(): void {
    for (const resolve of this.#drainWaiters.splice(0)) resolve();
  }

  #tooMany(count: number): Error {
    const { maxPendingCount } = this.#settings;
    return new PulseMQError(
      ErrorCode.limitReached,
      `${count} publishes wait for a reply or a connection, the limit maxPendingCount is ${maxPendingCount}: await earlier publishes`,
    );
  }
}
