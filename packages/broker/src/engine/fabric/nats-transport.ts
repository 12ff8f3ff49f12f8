import {
  type ConnectionOptions,
  connect,
  credsAuthenticator,
  type NatsConnection,
  type Status,
} from '@nats-io/transport-node';
import type { Guard } from '../../guard.js';
import type { ClusterLogin, EngineCluster } from '../../port-cluster.js';
import { connectProblem, serverProblem } from './nats-problem.js';
import type { Transport, TransportEvents } from './transport.js';
import { everyone } from './wire.js';

/** Time between two attempts to connect. */
const retryMs = 250;
const connectTimeoutMs = 2_000;
/** After two PINGs without an answer the connection is dropped, so that remote topics are unreachable within two seconds. */
const pingIntervalMs = 500;
const pingMaxCount = 2;
/** What a server allows unless it says otherwise. */
const defaultPayloadBytes = 1_048_576;
/** An unreachable server is reported at most once in this time. */
const reportMs = 60_000;

/**
 * The fabric's messages over NATS: one subject for all brokers of the cluster, and one for each. The client runs in the engine's thread: a thread
 * of its own would use a third core to pass on one write, and would add a turn in each direction. It tries for ever. While it is not connected,
 * nothing is sent; receivers see the gap in the numbers of the feed.
 */
export class NatsTransport implements Transport {
  readonly #cluster: EngineCluster;
  readonly #events: TransportEvents;
  readonly #guard: Guard;
  readonly #id: string;
  #connection: NatsConnection | null = null;
  #isConnected = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | null = null;
  #reportedMs = Number.NEGATIVE_INFINITY;

  constructor(cluster: EngineCluster, guard: Guard, events: TransportEvents, id: string) {
    this.#cluster = cluster;
    this.#guard = guard;
    this.#events = events;
    this.#id = id;
    void this.#connect();
  }

  get isConnected(): boolean {
    return this.#isConnected;
  }

  get server(): string {
    return this.#isConnected ? (this.#connection?.getServer() ?? '') : '';
  }

  get maxPayloadBytes(): number {
    return this.#connection?.info?.max_payload ?? defaultPayloadBytes;
  }

  send(receiver: string, message: Buffer): void {
    this.#connection?.publish(this.#subject(receiver), message);
  }

  async close(timeoutMs: number): Promise<void> {
    this.#isClosed = true;
    if (this.#timer !== null) clearTimeout(this.#timer);
    const connection = this.#connection;
    if (connection === null) return;
    if (this.#isConnected) {
      // `flush()` would wait for a server that is gone.
      const waited = new Promise<void>((resolve) => setTimeout(resolve, timeoutMs).unref());
      await Promise.race([
        this.#guard.runAsync('the last messages to other brokers', () => connection.flush()),
        waited,
      ]);
    }
    this.#isConnected = false;
    await connection.close();
  }

  #subject(receiver: string): string {
    return receiver === everyone ? `pulsemq.${this.#cluster.name}.all` : `pulsemq.${this.#cluster.name}.to.${receiver}`;
  }

  async #connect(): Promise<void> {
    try {
      const connection = await connect(this.#options());
      if (this.#isClosed) return await connection.close();
      this.#opened(connection);
    } catch (error) {
      this.#report(connectProblem(this.#cluster.servers, error));
      this.#retry();
    }
  }

  #options(): ConnectionOptions {
    const { servers, brokerName, login, tls } = this.#cluster;
    return {
      servers: [...servers],
      name: `pulsemq ${brokerName} ${this.#id}`,
      noEcho: true,
      timeout: connectTimeoutMs,
      pingInterval: pingIntervalMs,
      maxPingOut: pingMaxCount,
      reconnectTimeWait: retryMs,
      maxReconnectAttempts: -1,
      ignoreAuthErrorAbort: true,
      noAsyncTraces: true,
      ...loginOptions(login),
      ...(tls === null ? {} : { tls: withoutNulls(tls) }),
    };
  }

  #opened(connection: NatsConnection): void {
    this.#connection = connection;
    for (const receiver of [everyone, this.#id]) {
      connection.subscribe(this.#subject(receiver), {
        callback: (error, { data }) => {
          if (error !== null) return this.#report(serverProblem(this.#cluster.name, error));
          this.#events.onMessage(Buffer.from(data.buffer, data.byteOffset, data.length));
        },
      });
    }
    this.#connected(connection);
    void this.#guard.runAsync('the connection to NATS', () => this.#watch(connection));
  }

  #connected(connection: NatsConnection): void {
    this.#isConnected = true;
    this.#events.onNews(`connected to NATS at ${connection.getServer()}`, false);
    this.#guard.run('the hello to other brokers', () => this.#events.onConnected());
  }

  async #watch(connection: NatsConnection): Promise<void> {
    for await (const status of connection.status()) this.#onStatus(connection, status);
    await connection.closed();
    this.#isConnected = false;
    // The client gives up only when the server rejects this broker. It tries again: an operator may repair that.
    this.#retry();
  }

  #onStatus(connection: NatsConnection, status: Status): void {
    switch (status.type) {
      case 'disconnect':
        this.#isConnected = false;
        this.#events.onNews(`the connection to NATS at ${status.server} is lost`, !this.#isClosed);
        return;
      case 'reconnect':
        this.#connected(connection);
        return;
      case 'error':
        return this.#report(serverProblem(this.#cluster.name, status.error));
      default:
    }
  }

  #retry(): void {
    if (this.#isClosed) return;
    this.#timer = setTimeout(() => void this.#connect(), retryMs);
  }

  #report(text: string): void {
    const nowMs = performance.now();
    if (nowMs - this.#reportedMs < reportMs) return;
    this.#reportedMs = nowMs;
    this.#events.onNews(text, true);
  }
}

function loginOptions(login: ClusterLogin): Partial<ConnectionOptions> {
  switch (login.kind) {
    case 'none':
      return {};
    case 'password':
      return { user: login.user, pass: login.password };
    case 'token':
      return { token: login.token };
    case 'credentials':
      return { authenticator: credsAuthenticator(new TextEncoder().encode(login.content)) };
    default:
      return login satisfies never;
  }
}

function withoutNulls(tls: Record<string, string | null> | object): Record<string, string> {
  return Object.fromEntries(Object.entries(tls).filter(([, value]) => value !== null));
}
