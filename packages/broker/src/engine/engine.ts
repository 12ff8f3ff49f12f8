import type { StartThread } from '../journal/journal.js';
import type { EngineCommand, EngineEvent } from '../port.js';
import type { EngineConfig } from '../port-config.js';
import type { EngineCounters } from '../port-counters.js';
import type { EngineAnswer, EngineQuestion } from '../port-questions.js';
import { askEngine } from './ask-engine.js';
import { BarHost, type BarHostOptions } from './bars/bar-host.js';
import { composeCore } from './compose-core.js';
import { applyEntitlementCommand, endConnections, registerTopics } from './entitlement-commands.js';
import type { Fabric } from './fabric/fabric.js';
import { IncidentLimit } from './incident-limit.js';
import { loadFabric } from './load-fabric.js';
import { Connections } from './net/connections.js';
import { Encryption } from './net/encryption.js';
import { openPortPair, type PortPair } from './net/port-pair.js';
import { PriceFeeds } from './report/price-feeds.js';
import { Reporter } from './report/reporter.js';
import { Taps } from './report/taps.js';
import type { EngineCore } from './session/core.js';
import { publishFromApi } from './session/publish/api-publish.js';
import { sayDrain, sessionsMoved } from './session/subscribe/drain-notice.js';

/** How often silent connections are looked for and counters are emitted: at the start of every second. */
const sweepMs = 1_000;
/** A timer may fire a moment early; it must not find the second before. */
const sweepMarginMs = 5;
/** How often a draining engine checks whether everything has been written. */
const drainCheckMs = 10;
/** How long a broker that drains waits for readers that have moved to ask for what they missed meanwhile. A move takes less. */
const askedQuietMs = 2_000;
/** The same in all: a reader that cannot reach a third broker asks all of them again and again. */
const askedMaxMs = 10_000;

/**
 * The data plane: composes net, session, route and fan-out, and carries out commands. It knows no database, no HTTP and no logger; what it
 * reports leaves as events.
 */
export class Engine {
  readonly #emit: (event: EngineEvent) => void;
  readonly #startThread: StartThread | undefined;
  readonly #barOptions: BarHostOptions | undefined;
  #core: EngineCore | null = null;
  #connections: Connections | null = null;
  #encryption: Encryption | null = null;
  #ports: PortPair | null = null;
  /** While it drains: when clients must have moved, milliseconds of the monotonic clock. */
  #moveUntilMs: number | null = null;
  #reporter: Reporter | null = null;
  #taps: Taps | null = null;
  #priceFeeds: PriceFeeds | null = null;
  #bars: BarHost | null = null;
  /** Null for a broker on its own. */
  #fabric: Fabric | null = null;
  readonly #incidents = new IncidentLimit();
  #sweepTimer: NodeJS.Timeout | null = null;
  /** The Unix second in which the time began that the next sweep reports. */
  #second = 0;

  /** `startThread` starts the threads of the journal, `bars` that of the bars; the built ones by default. */
  constructor(emit: (event: EngineEvent) => void, startThread?: StartThread, bars?: BarHostOptions) {
    this.#emit = emit;
    this.#startThread = startThread;
    this.#barOptions = bars;
  }

  /** Carries out one command. `start` comes first. What a command throws is caught and reported. */
  command(command: EngineCommand): void {
    if (this.#core === null) this.#carryOut(command);
    else this.#core.guard.run(`the command ${command.kind}`, () => this.#carryOut(command));
  }

  #carryOut(command: EngineCommand): void {
    switch (command.kind) {
      case 'start':
        void this.#start(command);
        return;
      case 'drain':
        void this.#drain(command.moveMs, command.timeoutMs);
        return;
      case 'kickUser':
        endConnections(this.#started, command.userId, command.reason);
        return;
      case 'kickSession':
        this.#started.sessions.ofId(command.session)?.connection.close(command.reason);
        return;
      case 'kickSubscriber':
        this.#started.subscribers.ofId(command.subscriber)?.end(command.reason);
        return;
      case 'ask':
        return this.#ask(command.id, command.question);
      case 'publish':
        return publishFromApi(this.#ticked, command.message, (answer) => this.#answer(command.id, answer));
      case 'tapOpen':
        this.#taps?.open(command);
        return;
      case 'tapClose':
        this.#taps?.close(command.tap);
        return;
      case 'pricesOpen':
        this.#priceFeeds?.open(command);
        return;
      case 'pricesTaken':
        this.#priceFeeds?.taken(command.feed);
        return;
      case 'pricesClose':
        this.#priceFeeds?.close(command.feed);
        return;
      case 'adminPort':
        if (this.#fabric !== null) this.#fabric.self.adminPort = command.adminPort;
        return;
      case 'tls':
        return this.#encryption?.renew(command.tls);
      case 'limits':
        return applyLimits(this.#started.config, command);
      case 'entitlements':
      case 'user':
      case 'userRemoved':
      case 'namespace':
      case 'namespaceRemoved':
      case 'grant':
      case 'topicRemoved':
      case 'userKey':
      case 'userKeyRemoved':
        return applyEntitlementCommand(this.#ticked, command);
      default:
        command satisfies never;
    }
  }

  #ask(id: number, question: EngineQuestion): void {
    const parts = { core: this.#ticked, fabric: this.#fabric, isListening: this.#isListening };
    askEngine(parts, question, (answer) => this.#answer(id, answer));
  }

  #answer(id: number, answer: EngineAnswer): void {
    this.#emit({ kind: 'answer', id, answer });
  }

  /** The core, with the clock read: commands do not come by a connection, which would have read it. */
  get #ticked(): EngineCore {
    const core = this.#started;
    core.clock.tick();
    return core;
  }

  get #isListening(): boolean {
    return this.#ports?.pub.isListening === true && this.#ports.sub.isListening;
  }

  get #started(): EngineCore {
    if (this.#core === null) throw new Error('the engine has not been started');
    return this.#core;
  }

  async #start(command: Extract<EngineCommand, { kind: 'start' }>): Promise<void> {
    const core = composeCore(command.config, this.#emit, this.#incidents, this.#startThread);
    this.#core = core;
    this.#reporter = new Reporter(core);
    this.#taps = new Taps(core.interest, core.guard, this.#emit);
    this.#priceFeeds = new PriceFeeds(core, this.#emit);
    this.#bars = new BarHost(core, this.#barOptions);
    applyEntitlementCommand(core, { kind: 'entitlements', entitlements: command.entitlements });
    registerTopics(core, command.topics);
    const { cluster } = command.config;
    // Loaded only where it is needed, and before a client can connect.
    const fabric = cluster === null ? null : await loadFabric(cluster);
    try {
      await core.journal?.restore();
      const { encryption, handshakeTimeoutMs } = command.config;
      this.#encryption = await Encryption.open(encryption, handshakeTimeoutMs, core.limitReport);
      const connections = new Connections(core, this.#encryption);
      this.#connections = connections;
      this.#ports = await openPortPair(
        command.config.host,
        { pub: command.config.pubPort, sub: command.config.subPort },
        { pub: connections.requestAcceptor(), sub: connections.subscriberAcceptor() },
        { guard: core.guard, onAcceptError: (error) => reportAcceptError(core, error) },
      );
    } catch (error) {
      const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
      this.#emit({ kind: 'failed', code, message });
      return;
    }
    if (fabric !== null) {
      this.#fabric = fabric(core, this.#ports, this.#emit);
      this.#priceFeeds.listener = this.#fabric.interest;
    }
    this.#second = Math.floor(core.clock.nowMs / 1_000);
    this.#sweepLater();
    this.#emit({ kind: 'listening', pubPort: this.#ports.pub.port, subPort: this.#ports.sub.port });
  }

  #sweepLater(): void {
    const run = (): void => {
      this.#sweepLater();
      this.#started.guard.run('the work of every second', () => this.#sweep());
    };
    this.#sweepTimer = setTimeout(run, sweepMs - (Date.now() % sweepMs) + sweepMarginMs);
  }

  #sweep(): void {
    const core = this.#started;
    core.clock.align();
    core.clock.tick();
    this.#connections?.sweep();
    core.placement.apply();
    core.watches.sweep();
    core.replays.sweep();
    core.limitReport.sweep();
    for (const [incident, count] of this.#incidents.startSecond()) {
      this.#emit({ kind: 'incident', incident, address: '', text: `${count} more in the last second` });
    }
    this.#emit({ kind: 'counters', second: this.#second, counters: this.#counters() });
    this.#reporter?.report(this.#second);
    this.#second = Math.floor(core.clock.nowMs / 1_000);
  }

  /** Accepts nothing new, lets clients move and ask for what they missed, writes what waits, then closes everything. A second call only gives clients less time. */
  async #drain(moveMs: number, timeoutMs: number): Promise<void> {
    const isDraining = this.#moveUntilMs !== null;
    this.#moveUntilMs = Math.min(this.#moveUntilMs ?? Number.POSITIVE_INFINITY, performance.now() + moveMs);
    if (isDraining) return;
    const { fanOut } = this.#started;
    // First of all: until the ports are closed, a client that moves could come back.
    this.#ports?.pub.close();
    this.#ports?.sub.close();
    sayDrain(this.#started, moveMs);
    const untilMs = (): number => this.#moveUntilMs ?? 0;
    await sessionsMoved(this.#started, untilMs);
    const askedUntilMs = performance.now() + askedMaxMs;
    await this.#fabric?.history.asked(() => Math.min(untilMs(), askedUntilMs), askedQuietMs);
    this.#started.replays.stop();
    await this.#bars?.stop();
    const deadlineMs = performance.now() + timeoutMs;
    do {
      fanOut.turn.flush();
      await new Promise((resolve) => setTimeout(resolve, drainCheckMs));
    } while (fanOut.memory.pinnedBytes > 0 && performance.now() < deadlineMs);
    if (this.#sweepTimer !== null) clearTimeout(this.#sweepTimer);
    this.#taps?.closeAll();
    this.#priceFeeds?.closeAll();
    await this.#connections?.closeAll('broker is shutting down');
    await this.#fabric?.close();
    await this.#started.journal?.stop();
    this.#started.clock.tick();
    this.#emit({ kind: 'counters', second: this.#second, counters: this.#counters() });
    this.#reporter?.finish(this.#second);
    this.#emit({ kind: 'stopped' });
  }

  #counters(): EngineCounters {
    const core = this.#started;
    const { counters, intake, fanOut, sessions, subscribers, namespaces, inbound, limitReport, guard } = core;
    const { account, memory } = fanOut;
    let routeCount = 0;
    for (const namespace of namespaces.all()) routeCount += namespace.routeCount;
    return {
      connectionCount: this.#connections?.count ?? 0,
      sessionCount: sessions.count,
      subscriberCount: subscribers.count,
      routeCount,
      publishedCount: intake.publishedCount - (this.#fabric?.receivedCount ?? 0),
      publishedBytes: intake.publishedBytes - (this.#fabric?.receivedBytes ?? 0),
      deliveredCount: account.deliveredCount,
      deliveredBytes: account.deliveredBytes,
      droppedCount: account.dropped.total,
      dropped: { ...account.dropped },
      conflatedCount: account.conflatedCount,
      staleTopicCount: core.freshness.staleCount,
      authOkCount: counters.authOkCount,
      authFailedCount: counters.authFailedCount,
      permissionDeniedCount: counters.permissionDeniedCount,
      queuedBytes: memory.pinnedBytes,
      pendingConnectionCount: this.#connections?.pendingCount ?? 0,
      inboundBytes: inbound.totalBytes,
      limitHits: { ...limitReport.hits },
      caughtErrorCount: guard.caughtCount,
      journal: core.journal?.counters ?? null,
      bars: this.#bars?.counters ?? null,
    };
  }
}

/** Everything reads its limit when it needs it, so writing them into the configuration is enough. */
function applyLimits(
  config: EngineConfig,
  { kind: _, limits, ...others }: Extract<EngineCommand, { kind: 'limits' }>,
): void {
  const { publishRatePerUser, publishBytesPerUser, handshakesPerSecond } = config.limits;
  Object.assign(config, others);
  Object.assign(config.limits, limits, { publishRatePerUser, publishBytesPerUser, handshakesPerSecond });
}

/** Too few descriptors are a limit of the system; every other error of accept is reported as it is. */
function reportAcceptError({ limitReport, guard }: EngineCore, error: NodeJS.ErrnoException): void {
  if (error.code !== 'EMFILE' && error.code !== 'ENFILE') return guard.caught('accepting a connection', error);
  const text = `no descriptors are left for a new connection (${error.code}): raise the limit of open files or lower limits.max_connections`;
  limitReport.hit('descriptors', '', () => text);
}
