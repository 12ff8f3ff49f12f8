import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import type { EngineCommand, EngineCounters, EngineEvent } from '../../port.js';
import type { WholeFigures } from '../../port-report.js';
import { ConnectionTable } from './connection-table.js';
import { LiveEvents } from './live-events.js';
import { noCounters, Recorder } from './recorder.js';
import { TopicFigureTable } from './topic-figures.js';
import { TopicIds } from './topic-ids.js';
import { UserFigureTable } from './user-figure-table.js';

const loopLagResolutionMs = 20;

/** An open session, as the engine announced it. */
export type OpenSession = Omit<Extract<EngineEvent, { kind: 'sessionOpened' }>, 'kind'>;

/** CPU time of the process since its start, in all its threads. */
function usedCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

const residentMb = (): number => Math.round(process.memoryUsage.rss() / 1_048_576);

/** Each a second, over the last interval between counters. */
export interface Rates {
  readonly published: number;
  readonly publishedBytes: number;
  readonly delivered: number;
  readonly deliveredBytes: number;
  readonly dropped: number;
}

/** What the engine said last, and how fast it moves. */
export class Monitor {
  counters: EngineCounters = noCounters;
  rates: Rates = { published: 0, publishedBytes: 0, delivered: 0, deliveredBytes: 0, dropped: 0 };
  /** Of the last second; null until the first report. */
  whole: WholeFigures | null = null;
  /** Worst lateness of a timer in this thread, and the process's share of one core, both of the last second. */
  controlLoopLagMs = 0;
  cpuPercent = 0;
  /** Resident memory of the process, looked at once a second: asking the system costs as much as a whole answer of the API. */
  memoryMb = residentMb();
  readonly recorder = new Recorder();
  readonly topics = new TopicFigureTable(this.recorder);
  readonly topicIds = new TopicIds();
  readonly users = new UserFigureTable(this.recorder);
  readonly connections = new ConnectionTable(this.users);
  readonly events = new LiveEvents();
  readonly sessions = new Map<number, OpenSession>();
  /** Names by id, told by whoever knows them. */
  usernameOf: (id: number) => string = (id) => `user_${id}`;
  readonly #loopLag: IntervalHistogram = monitorEventLoopDelay({ resolution: loopLagResolutionMs });
  #countedAtMs = performance.now();
  /** What the process used before this began to count is nobody's share of the first second. */
  #cpuUs = usedCpuUs();

  constructor() {
    this.#loopLag.enable();
  }

  get messageRate(): number {
    return this.rates.published;
  }

  /** Ends its own timer. */
  stop(): void {
    this.#loopLag.disable();
  }

  /** Learns from what is sent to the engine: every change of a name goes that way. */
  learn(command: EngineCommand): void {
    if (command.kind === 'topicRemoved' || command.kind === 'namespaceRemoved') {
      const namespace = this.topicIds.namespaceOf(command.namespaceId);
      if (namespace !== undefined) this.topics.forget(namespace, 'name' in command ? command.name : undefined);
    }
    this.topicIds.learn(command);
  }

  onEvent(event: EngineEvent): void {
    this.connections.onEvent(event);
    this.events.onEvent(event, this.usernameOf);
    switch (event.kind) {
      case 'counters':
        this.#count(event.second, event.counters);
        break;
      case 'sessionOpened':
        this.sessions.set(event.session, event);
        this.users.opened(event.userId);
        break;
      case 'routeOpened':
        this.topics.opened(event);
        break;
      case 'report':
        this.topics.report(event.report);
        if (event.report.whole !== null) this.#endSecond(event.report.whole);
        break;
      case 'sessionClosed':
        this.sessions.delete(event.session);
        this.users.closed(event.userId);
        break;
    }
  }

  /** Sessions of a user that are open now. */
  sessionCountOf(userId: number): number {
    return this.users.sessionCountOf(userId);
  }

  #endSecond(whole: WholeFigures): void {
    this.whole = whole;
    this.recorder.endSecond(whole.loopLagMs, this.users.onlineIds);
  }

  #count(second: number, counters: EngineCounters): void {
    const nowMs = performance.now();
    const seconds = Math.max(0.001, (nowMs - this.#countedAtMs) / 1_000);
    const before = this.counters;
    const rate = (name: 'publishedCount' | 'publishedBytes' | 'deliveredCount' | 'deliveredBytes' | 'droppedCount') =>
      Math.round(((counters[name] - before[name]) / seconds) * 10) / 10;
    this.rates = {
      published: rate('publishedCount'),
      publishedBytes: rate('publishedBytes'),
      delivered: rate('deliveredCount'),
      deliveredBytes: rate('deliveredBytes'),
      dropped: rate('droppedCount'),
    };
    this.#countedAtMs = nowMs;
    this.counters = counters;
    this.#measureProcess(seconds);
    this.memoryMb = residentMb();
    const { memoryMb } = this;
    const { connectionCount: connections } = counters;
    this.recorder.counters(second, counters, { connections, onlineUsers: this.users.onlineCount, memoryMb });
  }

  #measureProcess(seconds: number): void {
    this.controlLoopLagMs = Math.max(0, Math.round((this.#loopLag.max / 1e6 - loopLagResolutionMs) * 10) / 10);
    this.#loopLag.reset();
    const cpuUs = usedCpuUs();
    this.cpuPercent = Math.round((cpuUs - this.#cpuUs) / seconds / 1e4);
    this.#cpuUs = cpuUs;
  }
}
