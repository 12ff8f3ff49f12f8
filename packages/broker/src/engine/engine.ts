import type { EngineCommand, EngineConfig, EngineCounters, EngineEvent } from '../port.js';
import { Clock } from './clock.js';
import { applyEntitlementCommand, endConnections, registerTopics } from './entitlement-commands.js';
import { FanOut } from './fanout/fan-out.js';
import { IncidentLimit } from './incident-limit.js';
import { Connections } from './net/connections.js';
import { openPortPair, type PortPair } from './net/port-pair.js';
import { answerQuestion } from './report/answers.js';
import { Reporter } from './report/reporter.js';
import { Taps } from './report/taps.js';
import { Epochs } from './route/epochs.js';
import { InterestTable } from './route/interest-table.js';
import { LastValues } from './route/memory/last-values.js';
import { NamespaceTable } from './route/namespace-table.js';
import { AuthThrottle } from './session/auth/auth-throttle.js';
import { Entitlements } from './session/auth/user-table.js';
import type { EngineCore } from './session/core.js';
import { InboundCounters } from './session/inbound-counters.js';
import { Pacing } from './session/publish/pacing.js';
import { SessionTable } from './session/session-table.js';
import { SubscriptionKeeper } from './session/subscribe/placement.js';
import { AckSlab } from './session/wire/ack-slab.js';

/** How often silent connections are looked for and counters are told: at the start of every second. */
const sweepMs = 1_000;
/** A timer that fired a moment early must not find the second before. */
const sweepMarginMs = 5;
/** How often a draining engine looks whether everything has been written. */
const drainCheckMs = 10;

/**
 * The data plane: composes the four parts, net, session, route, fan-out, and takes commands. Knows no database, no HTTP and no
 * logger; what it has to say leaves as events.
 */
export class Engine {
  readonly #emit: (event: EngineEvent) => void;
  #core: EngineCore | null = null;
  #connections: Connections | null = null;
  #ports: PortPair | null = null;
  #reporter: Reporter | null = null;
  #taps: Taps | null = null;
  readonly #incidents = new IncidentLimit();
  #sweepTimer: NodeJS.Timeout | null = null;
  /** The Unix second in which what the next sweep tells began. */
  #second = 0;

  constructor(emit: (event: EngineEvent) => void) {
    this.#emit = emit;
  }

  /** Carries out one command. `start` comes first. */
  command(command: EngineCommand): void {
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
        this.#started.keeper.ofId(command.subscriber)?.end(command.reason);
        return;
      case 'ask': {
        this.#started.clock.tick();
        const answer = answerQuestion(this.#started, command.question);
        this.#emit({ kind: 'answer', id: command.id, answer });
        return;
      }
      case 'tapOpen':
        this.#taps?.open(command);
        return;
      case 'tapClose':
        this.#taps?.close(command.tap);
        return;
      default:
        this.#started.clock.tick();
        applyEntitlementCommand(this.#started, command);
    }
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
    this.#taps = new Taps(core.interest, this.#emit);
    applyEntitlementCommand(core, { kind: 'entitlements', entitlements: command.entitlements });
    registerTopics(core, command.topics);
    try {
      this.#ports = await openPortPair(
        command.config.host,
        { pub: command.config.pubPort, sub: command.config.subPort },
        { pub: this.#connections.requestAcceptor(), sub: this.#connections.subscriberAcceptor() },
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
    this.#sweepTimer = setTimeout(() => this.#sweep(), sweepMs - (Date.now() % sweepMs) + sweepMarginMs);
  }

  #sweep(): void {
    this.#sweepLater();
    const core = this.#started;
    core.clock.align();
    core.clock.tick();
    this.#connections?.sweep();
    core.keeper.settle();
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
    const deadline = Date.now() + timeoutMs;
    do {
      fanOut.flush();
      await new Promise((resolve) => setTimeout(resolve, drainCheckMs));
    } while (fanOut.totals.queuedBytes > 0 && Date.now() < deadline);
    if (this.#sweepTimer !== null) clearTimeout(this.#sweepTimer);
    this.#taps?.closeAll();
    await this.#connections?.closeAll('broker is shutting down');
    this.#started.clock.tick();
    this.#emit({ kind: 'counters', second: this.#second, counters: this.#counters() });
    this.#reporter?.finish(this.#second);
    this.#emit({ kind: 'stopped' });
  }

  #counters(): EngineCounters {
    const { counters, fanOut, sessions, keeper, namespaces } = this.#started;
    let routeCount = 0;
    for (const namespace of namespaces.all()) routeCount += namespace.routeCount;
    return {
      connectionCount: this.#connections?.count ?? 0,
      sessionCount: sessions.count,
      subscriberCount: keeper.subscriberCount,
      routeCount,
      publishedCount: counters.publishedCount,
      publishedBytes: counters.publishedBytes,
      deliveredCount: fanOut.totals.deliveredCount,
      deliveredBytes: fanOut.totals.deliveredBytes,
      droppedCount: fanOut.totals.dropped.total,
      dropped: { ...fanOut.totals.dropped },
      authOkCount: counters.authOkCount,
      authFailedCount: counters.authFailedCount,
      permissionDeniedCount: counters.permissionDeniedCount,
      queuedBytes: fanOut.totals.queuedBytes,
    };
  }
}

function composeCore(config: EngineConfig, emit: (event: EngineEvent) => void, limit: IncidentLimit): EngineCore {
  const clock = new Clock();
  const fanOut = new FanOut(config, clock);
  const namespaces = new NamespaceTable();
  const interest = new InterestTable(namespaces, fanOut);
  const sessions = new SessionTable();
  return {
    config,
    clock,
    fanOut,
    namespaces,
    interest,
    entitlements: new Entitlements(),
    sessions,
    keeper: new SubscriptionKeeper(namespaces, interest, sessions),
    counters: new InboundCounters(),
    epochs: new Epochs(),
    lastValues: new LastValues(config.imageTotalBytes, clock),
    acks: new AckSlab(),
    pacing: new Pacing(fanOut, config.pacingMs),
    authThrottle: new AuthThrottle(),
    emit,
    incident: (incident, address, text) => {
      if (limit.admit(incident)) emit({ kind: 'incident', incident, address, text });
    },
  };
}
