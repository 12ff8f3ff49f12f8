import { resolve } from 'node:path';
import { checkTopic } from '@pulsemq/protocol';
import type { EngineEvent, EngineLink } from '../port.js';
import type { AdminApp } from './admin/admin-app.js';
import { buildAdminApp } from './admin/build-admin-app.js';
import { makeFirstAdmin } from './auth/first-admin.js';
import { jwtSecret } from './auth/jwt-secret.js';
import { LoginTokens } from './auth/login-tokens.js';
import { Passwords } from './auth/passwords.js';
import type { EffectiveConfig } from './config/effective-config.js';
import { engineConfig } from './engine-config.js';
import { EngineLifecycle, type EnginePorts } from './engine-lifecycle.js';
import { EngineQuestions } from './engine-questions.js';
import { EngineTaps } from './engine-taps.js';
import { compileEntitlements, EntitlementFeed } from './entitlements/entitlement-feed.js';
import { listenError } from './listen-errors.js';
import { logIncident } from './logging/incident-line.js';
import type { Logger, Logging } from './logging/logging.js';
import { ObservedEngineLink } from './observed-engine-link.js';
import { Monitor } from './stats/monitor.js';
import { StatsWriter } from './stats/stats-writer.js';
import { type Migrated, migratePython } from './store/python/migrate-python.js';
import { openSqlite } from './store/sqlite/open-sqlite.js';
import type { Store } from './store/store.js';
import { TopicRegistrar } from './topic-registrar.js';
import { version } from './version.js';

/** What the control plane is made with. */
export interface ControlPlaneOptions {
  readonly effective: EffectiveConfig;
  readonly logging: Logging;
  /** Relative paths, and the file `.pulsemq_admin`, are in this folder. */
  readonly workingDirectory: string;
  readonly link: EngineLink;
  /** Called when the engine cannot go on. */
  readonly onEngineFailed: (error: Error) => void;
}

/** Store, users, rights, statistics and HTTP: everything that may wait. Composes these parts and drives the engine through the port. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;
  readonly #log: Logger;
  readonly #monitor = new Monitor();
  readonly #link: ObservedEngineLink;
  readonly #engine: EngineLifecycle;
  readonly #questions: EngineQuestions;
  readonly #taps: EngineTaps;
  readonly #passwords = new Passwords();
  readonly #onStoreError = (error: unknown): void => this.#log.error({ err: error }, 'the store cannot be written');
  #store: Store | null = null;
  #feed: EntitlementFeed | null = null;
  #registrar: TopicRegistrar | null = null;
  #statsWriter: StatsWriter | null = null;
  #admin: AdminApp | null = null;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#log = options.logging.logger('pulsemq.broker');
    this.#link = new ObservedEngineLink(options.link, this.#monitor);
    this.#engine = new EngineLifecycle(this.#link, options.onEngineFailed);
    this.#questions = new EngineQuestions(this.#link);
    this.#taps = new EngineTaps(this.#link);
    this.#link.onEvent((event) => this.#onEvent(event));
  }

  /** Opens the store, starts the engine, then the HTTP server. Throws a StartupError. */
  async start(): Promise<EnginePorts & { readonly adminPort: number }> {
    const { server, storage, limits } = this.#options.effective.config;
    const databasePath = resolve(this.#options.workingDirectory, storage.db_path);
    this.#logMigration(await migratePython(databasePath));
    const store = await openSqlite(databasePath);
    this.#store = store;
    const feed = new EntitlementFeed(this.#link, store, this.#onStoreError);
    this.#feed = feed;
    this.#registrar = new TopicRegistrar(store, feed, this.#monitor.topicIds, this.#onStoreError);
    await this.#makeFirstAdmin(store);
    const ports = await this.#startEngine(store);
    feed.start(limits.cache_refresh_sec);
    this.#statsWriter = this.#startStatistics(store);
    this.#admin = await this.#buildAdminApp(store, feed);
    return { ...ports, adminPort: await listen(this.#admin, server.host, server.admin_port) };
  }

  /** Drains the engine, then ends the rest. */
  async stop(): Promise<void> {
    this.#feed?.stop();
    this.#questions.stop();
    await this.#admin?.close();
    await this.#engine.drain();
    await this.#registrar?.settled();
    await this.#statsWriter?.stop();
    await this.#link.terminate();
    this.#monitor.stop();
    await this.#passwords.close();
    await this.#store?.close();
  }

  #logMigration(migrated: Migrated | undefined): void {
    if (migrated === undefined) return;
    const { keptAt, userCount, namespaceCount, topicCount, grantCount, withoutEffect } = migrated;
    this.#log.info(
      `migrated a database of pulse-mq: ${userCount} users, ${namespaceCount} namespaces, ${topicCount} topics, ${grantCount} grants; the old file is kept as ${keptAt}`,
    );
    if (withoutEffect.length > 0) {
      this.#log.warn(`migrated without effect, because they break the rules: ${withoutEffect.join(', ')}`);
    }
  }

  async #makeFirstAdmin(store: Store): Promise<void> {
    const made = await makeFirstAdmin(store, this.#passwords, this.#options.workingDirectory);
    if (made === undefined) return;
    this.#log.info(`first admin created; username, password and token are in ${made.path}`);
    if (made.setAside !== undefined) this.#log.warn(`an older file of that name was moved to ${made.setAside}`);
  }

  async #startEngine(store: Store): Promise<EnginePorts> {
    const [entitlements, topics] = await Promise.all([compileEntitlements(store), store.topics.all()]);
    this.#monitor.topicIds.added(topics);
    return this.#engine.start({
      kind: 'start',
      config: engineConfig(this.#options.effective),
      entitlements,
      // A topic that was migrated from the Python package may have a name that breaks the rules: it cannot be published to.
      topics: topics.filter(({ name }) => checkTopic(name) === undefined),
    });
  }

  #startStatistics(store: Store): StatsWriter {
    const { recorder, topicIds } = this.#monitor;
    const { monitoring } = this.#options.effective.config;
    const writer = new StatsWriter(
      { store, recorder, topicIds, topicsSettled: async () => this.#registrar?.settled() },
      {
        minuteDays: monitoring.stats_retention_minutes,
        hourDays: monitoring.stats_retention_hours,
        cleanupIntervalSec: monitoring.cleanup_interval_sec,
      },
      this.#onStoreError,
    );
    writer.start();
    return writer;
  }

  async #buildAdminApp(store: Store, feed: EntitlementFeed): Promise<AdminApp> {
    const { effective, logging } = this.#options;
    const { jwt_secret, jwt_expiry } = effective.config.auth;
    return buildAdminApp({
      store,
      passwords: this.#passwords,
      tokens: new LoginTokens(await jwtSecret(jwt_secret, store.settings), jwt_expiry),
      feed,
      link: this.#link,
      questions: this.#questions,
      taps: this.#taps,
      monitor: this.#monitor,
      effective,
      log: logging.logger('pulsemq.admin'),
      version,
    });
  }

  #onEvent(event: EngineEvent): void {
    this.#monitor.onEvent(event);
    switch (event.kind) {
      case 'listening':
        this.#engine.onListening(event);
        break;
      case 'failed':
        this.#engine.onFailure(event);
        break;
      case 'stopped':
        this.#engine.onStopped();
        break;
      case 'topicSeen':
        this.#registrar?.seen(event);
        break;
      case 'incident':
        logIncident(this.#log, event);
        break;
      case 'answer':
        this.#questions.onAnswer(event);
        break;
      case 'tapped':
        this.#taps.onTapped(event);
        break;
      case 'sessionOpened':
      case 'sessionClosed':
      case 'sessionTrail':
      case 'subscriberOpened':
      case 'subscriberClosed':
      case 'routeOpened':
      case 'counters':
      case 'report':
      case 'topicStatuses':
        break;
      default:
        event satisfies never;
    }
  }
}

/** Opens the admin port; returns the port it got. */
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
