import { dirname, resolve } from 'node:path';
import { checkTopic } from '@pulsemq/protocol';
import { Guard } from '../guard.js';
import type { EngineEvent, EngineLink } from '../port.js';
import type { AdminApp } from './admin/admin-app.js';
import { buildAdminApp } from './admin/build-admin-app.js';
import { Withdrawals } from './admin/withdrawals.js';
import { Alerting } from './alerts/alerting.js';
import { makeFirstAdmin } from './auth/first-admin.js';
import { jwtSecret } from './auth/jwt-secret.js';
import { LoginTokens } from './auth/login-tokens.js';
import { Passwords } from './auth/passwords.js';
import { descriptorLimit } from './config/descriptor-limit.js';
import type { LiveConfig } from './config/live-config.js';
import { engineConfig, limitsCommand } from './engine-config.js';
import { EngineHeartbeat } from './engine-heartbeat.js';
import { EngineLifecycle, type EnginePorts } from './engine-lifecycle.js';
import { EnginePrices } from './engine-prices.js';
import { EngineQuestions } from './engine-questions.js';
import { EngineTaps } from './engine-taps.js';
import { compileEntitlements, EntitlementFeed } from './entitlements/entitlement-feed.js';
import { EverySecond } from './every-second.js';
import { type ControlLimits, controlLimits } from './faults/control-limits.js';
import { ErrorLog } from './faults/error-log.js';
import { type FailureReport, failureReport } from './faults/failure-report.js';
import { listenError } from './listen-errors.js';
import { logIncident } from './logging/incident-line.js';
import type { Logger, Logging } from './logging/logging.js';
import { ObservedEngineLink } from './observed-engine-link.js';
import { PriceBoards } from './prices/price-boards.js';
import { Readiness } from './readiness.js';
import { Monitor } from './stats/monitor.js';
import { StatsWriter } from './stats/stats-writer.js';
import type { Store } from './store/store.js';
import { StoreKeeper } from './store-keeper.js';
import { TopicRegistrar } from './topic-registrar.js';
import { version } from './version.js';
import { within } from './within.js';

/** How long the end of the broker waits for the statistics of the running minute. */
const statsStopWaitMs = 500;

const noDescriptorsText =
  'no descriptors are left, and new connections are closed: raise the limit of open files or lower limits.max_connections';

/** What the control plane is made with. */
export interface ControlPlaneOptions {
  readonly config: LiveConfig;
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
  /** Catches what event handlers of this plane throw. */
  readonly guard: Guard;
  readonly #errors: ErrorLog;
  readonly #limits: ControlLimits;
  readonly #everySecond: EverySecond;
  readonly #monitor: Monitor;
  readonly #link: ObservedEngineLink;
  readonly #engine: EngineLifecycle;
  readonly #questions: EngineQuestions;
  readonly #heartbeat: EngineHeartbeat;
  readonly #taps: EngineTaps;
  readonly #prices: EnginePrices;
  readonly #passwords: Passwords;
  readonly #report: FailureReport;
  /** Asked before connections are open. */
  readonly #descriptorCount = descriptorLimit();
  #keeper: StoreKeeper | null = null;
  #feed: EntitlementFeed | null = null;
  #registrar: TopicRegistrar | null = null;
  #alerting: Alerting | null = null;
  #statsWriter: StatsWriter | null = null;
  #admin: AdminApp | null = null;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
    this.#log = options.logging.logger('pulsemq.broker');
    this.#errors = new ErrorLog(this.#log);
    this.guard = new Guard((text) => this.#errors.report(text));
    this.#report = failureReport(this.#log, this.guard);
    this.#limits = controlLimits(this.#log);
    this.#everySecond = new EverySecond(this.guard);
    this.#passwords = new Passwords((text) => this.#log.error(text));
    this.#monitor = new Monitor();
    this.#monitor.process.onNoDescriptors = () => this.#limits.hit('descriptors', '', () => noDescriptorsText);
    this.#link = new ObservedEngineLink(options.link, this.#monitor);
    this.#engine = new EngineLifecycle(this.#link, options.onEngineFailed);
    this.#questions = new EngineQuestions(this.#link);
    this.#heartbeat = new EngineHeartbeat(this.#questions, (error) => this.#engine.fail(error));
    this.#taps = new EngineTaps(this.#link);
    this.#prices = new EnginePrices(this.#link);
    this.#link.onEvent((event) => this.#onEvent(event));
  }

  /** Opens the store, starts the engine, then the HTTP server. Throws a StartupError. */
  async start(): Promise<EnginePorts & { readonly adminPort: number }> {
    const { server, storage, limits } = this.#options.config.config;
    const databasePath = resolve(this.#options.workingDirectory, storage.db_path);
    const keeper = await StoreKeeper.open(databasePath, { log: this.#log, guard: this.guard, limits: this.#limits });
    this.#keeper = keeper;
    const { store } = keeper;
    const folder = dirname(databasePath);
    const alerting = new Alerting({ monitor: this.#monitor, folder, guard: this.guard, log: this.#log });
    this.#alerting = alerting;
    await alerting.load(store);
    const feed = new EntitlementFeed(this.#link, store, this.#report);
    this.#feed = feed;
    this.#registrar = new TopicRegistrar({
      store,
      health: keeper.sqlite.health,
      feed,
      topicIds: this.#monitor.topicIds,
      guard: this.guard,
      limits: this.#limits,
      log: this.#log,
    });
    await this.#makeFirstAdmin(store);
    const ports = await this.#startEngine(store);
    this.#startEverySecond();
    feed.start(limits.cache_refresh_sec);
    this.#statsWriter = this.#startStatistics(store);
    this.#options.config.onChange((config) => this.#link.send(limitsCommand(config, this.#descriptorCount)));
    this.#admin = await this.#buildAdminApp(keeper, feed, alerting);
    return { ...ports, adminPort: await listen(this.#admin, server.host, server.admin_port) };
  }

  /** Drains the engine, then ends the rest. */
  async stop(): Promise<void> {
    this.#everySecond.stop();
    this.#alerting?.stop();
    this.#feed?.stop();
    this.#questions.stop();
    await this.#admin?.close();
    await this.#engine.drain();
    await this.#registrar?.stop();
    await within(statsStopWaitMs, this.#statsWriter?.stop());
    await this.#link.terminate();
    this.#monitor.stop();
    await this.#passwords.close();
    await this.#keeper?.close();
  }

  #startEverySecond(): void {
    this.#everySecond.add('the heartbeat of the engine', () => this.#heartbeat.beat());
    this.#everySecond.add('the state of the store', () => this.#keeper?.onSecond());
    this.#everySecond.add('the report of limits', () => this.#limits.sweep());
    this.#everySecond.add('the report of errors', () => this.#errors.sweep());
    this.#everySecond.add('alerts', () => this.#alerting?.onSecond());
    this.#everySecond.start();
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
      config: engineConfig(this.#options.config.config, this.#descriptorCount),
      entitlements,
      // A topic that was migrated from the Python package may have a name that breaks the rules: it cannot be published to.
      topics: topics.filter(({ name }) => checkTopic(name) === undefined),
    });
  }

  #startStatistics(store: Store): StatsWriter {
    const { recorder, topicIds } = this.#monitor;
    const { config } = this.#options;
    const writer = new StatsWriter(
      { store, recorder, topicIds, topicsSettled: async () => this.#registrar?.settled() },
      () => config.config.monitoring,
      this.#report,
    );
    writer.start();
    return writer;
  }

  async #buildAdminApp(keeper: StoreKeeper, feed: EntitlementFeed, alerting: Alerting): Promise<AdminApp> {
    const { store, audit, pending, sqlite } = keeper;
    const { config, logging } = this.#options;
    const { jwt_secret, jwt_expiry } = config.config.auth;
    return buildAdminApp({
      store,
      audit,
      withdrawals: new Withdrawals(store, pending, sqlite.health),
      readiness: new Readiness(this.#heartbeat, sqlite),
      guard: this.guard,
      everySecond: this.#everySecond,
      limits: this.#limits,
      report: this.#report,
      passwords: this.#passwords,
      tokens: new LoginTokens(await jwtSecret(jwt_secret, store.settings), jwt_expiry),
      feed,
      link: this.#link,
      questions: this.#questions,
      taps: this.#taps,
      boards: new PriceBoards(this.#prices, this.#monitor.statuses, this.guard),
      monitor: this.#monitor,
      alerts: alerting.alerts,
      webhooks: alerting.webhooks,
      disk: alerting.disk,
      config,
      descriptorCount: this.#descriptorCount,
      log: logging.logger('pulsemq.admin'),
      version,
    });
  }

  #onEvent(event: EngineEvent): void {
    this.guard.run(`the figures of the event ${event.kind}`, () => this.#monitor.onEvent(event));
    this.guard.run(`the event ${event.kind}`, () => this.#handle(event));
  }

  #handle(event: EngineEvent): void {
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
      case 'prices':
        this.#prices.onPrices(event);
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
