import { isAbsolute, join } from 'node:path';
import { checkTopic } from '@pulsemq/protocol';
import type { EngineConfig, EngineEvent, EngineLink } from '../port.js';
import { type AdminApp, adminApp } from './admin/admin-app.js';
import { makeFirstAdmin } from './auth/first-admin.js';
import { jwtSecret } from './auth/jwt-secret.js';
import { LoginTokens } from './auth/login-tokens.js';
import { Passwords } from './auth/passwords.js';
import type { EffectiveConfig } from './config/effective-config.js';
import { EngineQuestions } from './engine-questions.js';
import { EngineTaps } from './engine-taps.js';
import { compileEntitlements, EntitlementFeed } from './entitlements/entitlement-feed.js';
import { logIncident } from './logging/incident-line.js';
import type { Logger, Logging } from './logging/logging.js';
import { StartupError } from './startup-error.js';
import { Monitor } from './stats/monitor.js';
import { StatsWriter } from './stats/stats-writer.js';
import { Usernames } from './stats/usernames.js';
import { type MovedIn, moveInPython } from './store/python/move-in.js';
import { openSqlite } from './store/sqlite/open-sqlite.js';
import type { Store } from './store/store.js';
import { TopicRegistrar } from './topic-registrar.js';
import { version } from './version.js';

/** How long the engine may write what is queued when the broker stops. */
const drainTimeoutMs = 2_000;

/** What the control plane is made with. */
export interface ControlPlaneOptions {
  readonly effective: EffectiveConfig;
  readonly logging: Logging;
  /** Relative paths and `.pulsemq_admin` are taken from here. */
  readonly workingDirectory: string;
  readonly link: EngineLink;
  /** The engine cannot go on. */
  readonly onEngineFailed: (error: Error) => void;
}

/** Store, users, rights, HTTP: everything that may wait. Composes its parts and drives the engine through the port. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #log: Logger;
  readonly #monitor = new Monitor();
  readonly #usernames = new Usernames();
  readonly #link: EngineLink;
  readonly #questions: EngineQuestions;
  readonly #taps: EngineTaps;
  readonly #passwords = new Passwords();
  #store: Store | null = null;
  #feed: EntitlementFeed | null = null;
  #registrar: TopicRegistrar | null = null;
  #statsWriter: StatsWriter | null = null;
  #admin: AdminApp | null = null;
  #onListening: ((ports: { pubPort: number; subPort: number }) => void) | null = null;
  #onFailed: (error: Error) => void;
  #onStopped: (() => void) | null = null;
  #hasEngineFailed = false;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#log = options.logging.logger('pulsemq.broker');
    this.#onFailed = options.onEngineFailed;
    this.#link = {
      ...options.link,
      send: (command) => {
        this.#usernames.learn(command);
        this.#monitor.learn(command);
        this.#questions.learn(command);
        options.link.send(command);
      },
    };
    this.#questions = new EngineQuestions(this.#link);
    this.#taps = new EngineTaps(this.#link);
    this.#monitor.usernameOf = (id) => this.#usernames.of(id);
    options.link.onEvent((event) => this.#onEvent(event));
  }

  /** Opens the store, starts the engine, then the HTTP server. Throws a StartupError. */
  async start(): Promise<{ pubPort: number; subPort: number; adminPort: number }> {
    const { effective, workingDirectory, logging } = this.#options;
    const link = this.#link;
    const { server, storage, auth, limits, monitoring } = effective.config;
    const databasePath = resolvePath(workingDirectory, storage.db_path);
    this.#tellMovedIn(await moveInPython(databasePath));
    const store = await openSqlite(databasePath);
    this.#store = store;
    const logError = (error: unknown): void => this.#log.error({ err: error }, 'the store cannot be written');
    this.#feed = new EntitlementFeed(link, store, logError);
    this.#registrar = new TopicRegistrar(store, this.#feed, this.#monitor.topicIds, logError);
    await this.#makeFirstAdmin(store);
    const ports = await this.#startEngine(store);
    this.#feed.start(limits.cache_refresh_sec);
    this.#statsWriter = this.#startStatistics(store, monitoring, logError);
    this.#admin = await adminApp({
      store,
      passwords: this.#passwords,
      tokens: new LoginTokens(await jwtSecret(auth.jwt_secret, store.settings), auth.jwt_expiry),
      feed: this.#feed,
      link,
      questions: this.#questions,
      taps: this.#taps,
      monitor: this.#monitor,
      effective,
      log: logging.logger('pulsemq.admin'),
      version,
    });
    return { ...ports, adminPort: await listen(this.#admin, server.host, server.admin_port) };
  }

  /** Drains the engine, then ends the rest. */
  async stop(): Promise<void> {
    this.#feed?.stop();
    this.#questions.stop();
    await this.#admin?.close();
    await this.#drain();
    await this.#registrar?.settled();
    await this.#statsWriter?.stop();
    await this.#link.terminate();
    this.#monitor.stop();
    await this.#passwords.close();
    await this.#store?.close();
  }

  #tellMovedIn(moved: MovedIn | undefined): void {
    if (moved === undefined) return;
    const { keptAt, userCount, namespaceCount, topicCount, grantCount, setAside } = moved;
    this.#log.info(
      `a database of pulse-mq was moved in: ${userCount} users, ${namespaceCount} namespaces, ${topicCount} topics, ${grantCount} grants; the old one is kept as ${keptAt}`,
    );
    if (setAside.length > 0) this.#log.warn(`kept without effect, since they break our rules: ${setAside.join(', ')}`);
  }

  async #makeFirstAdmin(store: Store): Promise<void> {
    const made = await makeFirstAdmin(store, this.#passwords, this.#options.workingDirectory);
    if (made === undefined) return;
    this.#log.info(`first admin created; username, password and token are in ${made.path}`);
    if (made.setAside !== undefined) this.#log.warn(`an older file of that name was moved to ${made.setAside}`);
  }

  #startStatistics(
    store: Store,
    settings: EffectiveConfig['config']['monitoring'],
    onError: (error: unknown) => void,
  ): StatsWriter {
    const { recorder, topicIds } = this.#monitor;
    const writer = new StatsWriter(
      { store, recorder, topicIds, topicsSettled: async () => this.#registrar?.settled() },
      {
        minuteDays: settings.stats_retention_minutes,
        hourDays: settings.stats_retention_hours,
        cleanupIntervalSec: settings.cleanup_interval_sec,
      },
      onError,
    );
    writer.start();
    return writer;
  }

  async #startEngine(store: Store): Promise<{ pubPort: number; subPort: number }> {
    const [entitlements, topics] = await Promise.all([compileEntitlements(store), store.topics.all()]);
    const listening = new Promise<{ pubPort: number; subPort: number }>((resolve, reject) => {
      this.#onListening = resolve;
      this.#onFailed = reject;
    });
    this.#monitor.topicIds.added(topics);
    const config = engineConfig(this.#options.effective);
    // One that came from the Python package may have a name nobody can publish to.
    const good = topics.filter(({ name }) => checkTopic(name) === undefined);
    this.#link.send({ kind: 'start', config, entitlements, topics: good });
    const { pubPort, subPort } = await listening;
    this.#onFailed = this.#options.onEngineFailed;
    return { pubPort, subPort };
  }

  async #drain(): Promise<void> {
    // An engine that failed writes nothing more.
    if (this.#onListening === null || this.#hasEngineFailed) return;
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    this.#link.send({ kind: 'drain', timeoutMs: drainTimeoutMs });
    const timer = setTimeout(() => this.#onStopped?.(), 2 * drainTimeoutMs);
    await stopped;
    clearTimeout(timer);
  }

  #onEvent(event: EngineEvent): void {
    this.#monitor.onEvent(event);
    this.#questions.onEvent(event);
    this.#taps.onEvent(event);
    switch (event.kind) {
      case 'listening':
        this.#onListening?.(event);
        break;
      case 'failed':
        this.#hasEngineFailed = true;
        this.#onStopped?.();
        this.#onFailed(engineFailure(event));
        break;
      case 'topicSeen':
        this.#registrar?.seen(event);
        break;
      case 'incident':
        logIncident(this.#log, event);
        break;
      case 'stopped':
        this.#onStopped?.();
        break;
    }
  }
}

const resolvePath = (base: string, path: string): string => (isAbsolute(path) ? path : join(base, path));

function engineConfig({ config: { server, auth, limits, broker } }: EffectiveConfig): EngineConfig {
  return {
    host: server.host,
    pubPort: server.pub_port,
    subPort: server.sub_port ?? (server.pub_port === 0 ? 0 : server.pub_port + 1),
    server: `pulsemq/${version}`,
    legacySubscribers: auth.legacy_subscribers,
    pingIntervalMs: auth.ping_interval * 1_000,
    pingTimeoutMs: auth.ping_timeout * 1_000,
    handshakeTimeoutMs: broker.handshake_timeout_ms,
    maxConnectionsPerUser: limits.max_connections_per_user,
    maxSubscriptionsPerConnection: limits.max_subscriptions_per_conn,
    maxTopicsPerNamespace: limits.topics_per_namespace,
    outboxMessageCount: broker.hwm,
    outboxBytes: broker.outbox_bytes,
    outboxTotalBytes: broker.outbox_total_bytes,
    pacingMs: broker.pacing_ms,
    imageTotalBytes: limits.snapshot_bytes,
  };
}

/** What people need to know about a port that cannot be had. */
function engineFailure({ code, message }: Extract<EngineEvent, { kind: 'failed' }>): Error {
  return listenError(code, message) ?? new StartupError(`the engine failed: ${message}`);
}

function listenError(code: string, message: string): StartupError | undefined {
  const where = /\S+$/.exec(message)?.[0] ?? '';
  switch (code) {
    case 'EADDRINUSE':
      return new StartupError(`address in use: ${where}; another program listens there, give another port`);
    case 'EACCES':
      return new StartupError(`not allowed to listen on ${where}; ports below 1024 need privileges`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new StartupError(`server.host: this machine has no address ${where}`);
    default:
      return undefined;
  }
}

async function listen(app: AdminApp, host: string, port: number): Promise<number> {
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code = '', message } = error as NodeJS.ErrnoException;
    throw listenError(code, message) ?? error;
  }
  const address = app.server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
