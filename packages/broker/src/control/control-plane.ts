import { dirname, resolve } from 'node:path';
import { checkTopic } from '@pulsemq/protocol';
import { Guard } from '../guard.js';
import type { EngineLink } from '../port.js';
import type { EngineEncryption } from '../port-encryption.js';
import type { AdminApp } from './admin/admin-app.js';
import { buildAdminApp } from './admin/build-admin-app.js';
import { listen } from './admin/http/listen.js';
import { Relay } from './admin/relay/relay.js';
import { Withdrawals } from './admin/withdrawals.js';
import { Alerting } from './alerts/alerting.js';
import { ensureFirstAdmin } from './auth/first-admin.js';
import { jwtSecret } from './auth/jwt-secret.js';
import { LoginTokens } from './auth/login-tokens.js';
import { Passwords } from './auth/passwords.js';
import { engineCluster } from './cluster/cluster-config.js';
import { ClusterWatch } from './cluster/cluster-watch.js';
import { descriptorLimit } from './config/descriptor-limit.js';
import { journalSettings } from './config/journal-settings.js';
import type { LiveConfig } from './config/live-config.js';
import { type CertificateWatch, watchCertificates } from './encryption/certificate-watch.js';
import { readEncryption } from './encryption/encryption-files.js';
import { type ShownEncryption, shownEncryption } from './encryption/shown-encryption.js';
import { engineConfig, limitsCommand } from './engine-config.js';
import { passOn } from './engine-events.js';
import { EngineHeartbeat } from './engine-heartbeat.js';
import { EngineLifecycle, type EnginePorts } from './engine-lifecycle.js';
import { EnginePrices } from './engine-prices.js';
import { EngineQuestions } from './engine-questions.js';
import { EngineTaps } from './engine-taps.js';
import { compileEntitlements, EntitlementFeed } from './entitlements/entitlement-feed.js';
import { type SharedChanges, sharedChanges } from './entitlements/shared-changes.js';
import { EverySecond } from './every-second.js';
import { type ControlLimits, controlLimits, noDescriptorsText } from './faults/control-limits.js';
import { ErrorLog } from './faults/error-log.js';
import { type FailureReport, failureReport } from './faults/failure-report.js';
import { HistoryQueries } from './history/history-queries.js';
import { SegmentChecks } from './journal/segment-checks.js';
import type { Logger, Logging } from './logging/logging.js';
import { ObservedEngineLink } from './observed-engine-link.js';
import { PriceBoards } from './prices/price-boards.js';
import { Readiness } from './readiness.js';
import { Monitor } from './stats/monitor.js';
import { StatsWriter } from './stats/stats-writer.js';
import { Backups } from './store/backup/backups.js';
import type { Store } from './store/store.js';
import { storePlace } from './store/store-place.js';
import { StoreKeeper } from './store-keeper.js';
import { TopicRegistrar } from './topic-registrar.js';
import { version } from './version.js';
import { within } from './within.js';

/** How long the end of the broker waits for the statistics of the running minute: on a busy machine half a second lost them. */
const statsStopWaitMs = 3_000;

/** What the control plane is made with. */
export interface ControlPlaneOptions {
  readonly config: LiveConfig;
  readonly logging: Logging;
  /** Relative paths, and the file `.pulsemq_admin`, are in this folder. */
  readonly workingDirectory: string;
  /** Built pages to serve under `/examples/`; null for none. */
  readonly examplesFolder: string | null;
  readonly link: EngineLink;
  /** Called when the engine cannot go on. */
  readonly onEngineFailed: (error: Error) => void;
  /** Called by the API: clients have this time to move to other brokers, and then the broker ends. */
  readonly onDrain: (moveMs: number) => void;
}

/** What the HTTP API needs of the parts that `start` makes. */
interface StartedParts {
  readonly feed: EntitlementFeed;
  readonly alerting: Alerting;
  readonly encryption: EngineEncryption;
  readonly ports: EnginePorts;
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
  readonly #cluster: ClusterWatch;
  readonly #passwords: Passwords;
  readonly #report: FailureReport;
  readonly #relay = new Relay();
  /** Asked before connections are open. */
  readonly #descriptorCount = descriptorLimit();
  #keeper: StoreKeeper | null = null;
  #feed: EntitlementFeed | null = null;
  #sharedChanges: SharedChanges | null = null;
  #registrar: TopicRegistrar | null = null;
  #alerting: Alerting | null = null;
  #statsWriter: StatsWriter | null = null;
  #admin: AdminApp | null = null;
  #certificates: CertificateWatch | null = null;

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
    this.#cluster = new ClusterWatch(this.#questions, options.config.config.cluster.driver !== 'none', (text) =>
      this.#log.warn(text),
    );
    const receivers = {
      guard: this.guard,
      monitor: this.#monitor,
      engine: this.#engine,
      questions: this.#questions,
      taps: this.#taps,
      prices: this.#prices,
      log: this.#log,
      registrar: () => this.#registrar,
    };
    this.#link.onEvent((event) => passOn(event, receivers));
  }

  /** Opens the store, starts the engine, then the HTTP server. Throws a StartupError. */
  async start(): Promise<EnginePorts & { readonly adminPort: number; readonly encryption: ShownEncryption }> {
    const { config, workingDirectory } = this.#options;
    const { server, limits } = config.config;
    const encryption = readEncryption(config.config, workingDirectory, this.#log);
    const place = storePlace(config.config, workingDirectory);
    const keeper = await StoreKeeper.open(place, { log: this.#log, guard: this.guard, limits: this.#limits });
    this.#keeper = keeper;
    const { store } = keeper;
    const folder = dirname(place.path);
    const alerting = new Alerting({ monitor: this.#monitor, folder, guard: this.guard, log: this.#log });
    this.#alerting = alerting;
    await alerting.load(store);
    const feed = new EntitlementFeed(this.#link, store, this.#report);
    this.#feed = feed;
    this.#registrar = new TopicRegistrar({
      store,
      health: keeper.database.health,
      feed,
      topicIds: this.#monitor.topicIds,
      guard: this.guard,
      limits: this.#limits,
      log: this.#log,
    });
    await ensureFirstAdmin(store, this.#passwords, workingDirectory, this.#log, place.driver === 'postgres');
    const ports = await this.#startEngine(store, encryption);
    this.#relay.reach(server.host, ports.pubPort);
    const [link, { topicIds }, guard, log] = [this.#link, this.#monitor, this.guard, this.#log];
    this.#sharedChanges = sharedChanges(keeper, { feed, alerting, link, topicIds, guard, log });
    this.#startEverySecond();
    feed.start(limits.rights_refresh_sec);
    this.#statsWriter = this.#startStatistics(store);
    config.onChange((changed) => this.#link.send(limitsCommand(changed, this.#descriptorCount)));
    this.#admin = await this.#buildAdminApp(keeper, { feed, alerting, encryption, ports });
    // After the HTTP API is built, which must hear of the first changes.
    this.#sharedChanges?.start();
    this.#certificates = watchCertificates(config.config.server, workingDirectory, this.#log, [
      this.#link,
      this.#admin,
    ]);
    const adminPort = await listen(this.#admin, server.host, server.admin_port);
    this.#link.send({ kind: 'adminPort', adminPort });
    return { ...ports, adminPort, encryption: shownEncryption(encryption) };
  }

  /** Lets clients move to other brokers, at most this time. The ports are closed afterwards; the HTTP API still answers. */
  async drain(moveMs: number): Promise<void> {
    this.#log.info(`draining: clients have ${moveMs} ms to move to another broker`);
    this.#relay.refuseNew();
    await this.#engine.drain(moveMs);
  }

  /** Drains the engine, then ends the rest. */
  async stop(): Promise<void> {
    this.#everySecond.stop();
    this.#certificates?.stop();
    this.#alerting?.stop();
    this.#feed?.stop();
    await this.#sharedChanges?.stop();
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
    this.#everySecond.add('the state of the cluster', () => this.#cluster.onSecond());
    this.#everySecond.add('alerts', () => this.#alerting?.onSecond());
    this.#everySecond.start();
  }

  async #startEngine(store: Store, encryption: EngineEncryption): Promise<EnginePorts> {
    const { config } = this.#options.config;
    const [entitlements, topics] = await Promise.all([compileEntitlements(store), store.topics.all()]);
    this.#monitor.topicIds.added(topics);
    return this.#engine.start({
      kind: 'start',
      config: {
        ...engineConfig(config, this.#descriptorCount, {
          encryption,
          relayPass: this.#relay.pass,
          cluster: engineCluster(config, this.#options.workingDirectory),
        }),
        journal: journalSettings(config.journal, resolve(this.#options.workingDirectory, config.journal.dir)),
      },
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

  async #buildAdminApp(keeper: StoreKeeper, { feed, alerting, encryption, ports }: StartedParts): Promise<AdminApp> {
    const { store, audit, pending, database } = keeper;
    const { config, logging } = this.#options;
    const { jwt_secret, jwt_expiry_sec } = config.config.auth;
    return buildAdminApp({
      store,
      audit,
      backups: keeper.place.driver === 'sqlite' ? new Backups(keeper.place.path, () => keeper.settle()) : null,
      withdrawals: new Withdrawals(store, pending, database.health),
      readiness: new Readiness(this.#heartbeat, database),
      guard: this.guard,
      everySecond: this.#everySecond,
      limits: this.#limits,
      relay: this.#relay,
      report: this.#report,
      passwords: this.#passwords,
      tokens: new LoginTokens(await jwtSecret(jwt_secret, store), jwt_expiry_sec),
      feed,
      sharedChanges: this.#sharedChanges,
      link: this.#link,
      questions: this.#questions,
      taps: this.#taps,
      boards: new PriceBoards(this.#prices, this.#monitor.statuses, this.guard),
      monitor: this.#monitor,
      cluster: this.#cluster,
      alerts: alerting.alerts,
      webhooks: alerting.webhooks,
      disk: alerting.disk,
      history: new HistoryQueries(),
      segmentChecks: new SegmentChecks(),
      examplesFolder: this.#options.examplesFolder,
      journalFolder: resolve(this.#options.workingDirectory, config.config.journal.dir),
      config,
      ports,
      encryption,
      descriptorCount: this.#descriptorCount,
      drain: this.#options.onDrain,
      log: logging.logger('pulsemq.admin'),
      recentLines: logging.recent,
      version,
    });
  }
}
