import type { EngineCommand, EngineConfig, EngineCounters, EngineEvent } from '../port.js';
import type { EngineAnswer } from '../port-questions.js';
import { composeCore } from './compose-core.js';
import { applyEntitlementCommand, endConnections, registerTopics } from './entitlement-commands.js';
import { IncidentLimit } from './incident-limit.js';
import { Connections } from './net/connections.js';
import { openPortPair, type PortPair } from './net/port-pair.js';
import { answerQuestion } from './report/answers.js';
import { PriceFeeds } from './report/price-feeds.js';
import { Reporter } from './report/reporter.js';
import { Taps } from './report/taps.js';
import type { EngineCore } from './session/core.js';
import { publishFromApi } from './session/publish/api-publish.js';

/** How often silent connections are looked for and counters are emitted: at the start of every second. */
const sweepMs = 1_000;
/** A timer may fire a moment early; it must not find the second before. */
const sweepMarginMs = 5;
/** How often a draining engine checks whether everything has been written. */
const drainCheckMs = 10;

/**
 * The data plane: composes net, session, route and fan-out, and carries out commands. It knows no database, no HTTP and no logger; what it
 * reports leaves as events.
 */
export class Engine {
  readonly #emit: (event: EngineEvent) => void;
  #core: EngineCore | null = null;
  #connections: Connections | null = null;
  #ports: PortPair | null = null;
  #reporter: Reporter | null = null;
  #taps: Taps | null = null;
  #priceFeeds: PriceFeeds | null = null;
  readonly #incidents = new IncidentLimit();
  #sweepTimer: NodeJS.Timeout | null = null;
  /** The Unix second in which the time began that the next sweep reports. */
  #second = 0;

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit;
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
        void this.#drain(command.timeoutMs);
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
        return this.#answer(command.id, answerQuestion(this.#ticked, command.question, this.#isListening));
      case 'publish':
        return this.#answer(command.id, publishFromApi(this.#ticked, command.message));
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
      case 'limits':
        return applyLimits(this.#started.config, command);
      case 'entitlements':
      case 'user':
      case 'userRemoved':
      case 'namespace':
      case 'namespaceRemoved':
      case 'grant':
      case 'topicRemoved':
        return applyEntitlementCommand(this.#ticked, command);
      default:
        command satisfies never;
    }
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
    const core = composeCore(command.config, this.#emit, this.#incidents);
    this.#core = core;
    this.#connections = new Connections(core);
    this.#reporter = new Reporter(core);
    this.#taps = new Taps(core.interest, core.guard, this.#emit);
    this.#priceFeeds = new PriceFeeds(core, this.#emit);
    applyEntitlementCommand(core, { kind: 'entitlements', entitlements: command.entitlements });
    registerTopics(core, command.topics);
    try {
      this.#ports = await openPortPair(
        command.config.host,
        { pub: command.config.pubPort, sub: command.config.subPort },
        { pub: this.#connections.requestAcceptor(), sub: this.#connections.subscriberAcceptor() },
        { guard: core.guard, onAcceptError: (error) => reportAcceptError(core, error) },
      );
    } catch (error) {
      const { code = 'UNKNOWN', message } = error as NodeJS.ErrnoException;
      this.#emit({ kind: 'failed', code, message });
      return;
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
    core.limitReport.sweep();
    for (const [incident, count] of this.#incidents.startSecond()) {
      this.#emit({ kind: 'incident', incident, address: '', text: `${count} more in the last second` });
    }
    this.#emit({ kind: 'counters', second: this.#second, counters: this.#counters() });
    this.#reporter?.report(this.#second);
    this.#second = Math.floor(core.clock.nowMs / 1_000);
  }

  /** Accepts nothing new, writes what waits, then closes everything. */
  async #drain(timeoutMs: number): Promise<void> {
    this.#ports?.pub.close();
    this.#ports?.sub.close();
    const { fanOut } = this.#started;
    const deadlineMs = performance.now() + timeoutMs;
    do {
      fanOut.turn.flush();
      await new Promise((resolve) => setTimeout(resolve, drainCheckMs));
    } while (fanOut.memory.pinnedBytes > 0 && performance.now() < deadlineMs);
    if (this.#sweepTimer !== null) clearTimeout(this.#sweepTimer);
    this.#taps?.closeAll();
    this.#priceFeeds?.closeAll();
    await this.#connections?.closeAll('broker is shutting down');
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
      publishedCount: intake.publishedCount,
      publishedBytes: intake.publishedBytes,
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
