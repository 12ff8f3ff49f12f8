import type { EngineCommand, EngineEvent } from '../../port.js';
import type { EngineCounters } from '../../port-counters.js';
import type { WholeFigures } from '../../port-report.js';
import type { CommandObserver } from '../observed-engine-link.js';
import { ConnectionTable } from './connection-table.js';
import { LiveEvents } from './live-events.js';
import { noCounters } from './no-counters.js';
import { ProcessMeter } from './process-meter.js';
import { Recorder } from './recorder.js';
import { ratePerSecond } from './rounding.js';
import { TopicFigureTable } from './topic-figure-table.js';
import { TopicIds } from './topic-ids.js';
import { TopicStatusTable } from './topic-statuses.js';
import { UserFigureTable } from './user-figure-table.js';
import { type UsernameOf, Usernames } from './usernames.js';

/** Per second, over the last interval between counters. */
export interface Rates {
  readonly published: number;
  readonly publishedBytes: number;
  readonly delivered: number;
  readonly deliveredBytes: number;
  readonly dropped: number;
}

/** The state of the broker, learned from the engine's events and from the commands to it. The API and the statistics show it. */
export class Monitor implements CommandObserver {
  counters: EngineCounters = noCounters;
  rates: Rates = { published: 0, publishedBytes: 0, delivered: 0, deliveredBytes: 0, dropped: 0 };
  /** Figures of the whole engine in the last second; null until the first report. */
  whole: WholeFigures | null = null;
  /** Unix milliseconds. */
  readonly startedAtMs = Date.now();
  readonly process = new ProcessMeter();
  readonly recorder = new Recorder();
  readonly statuses = new TopicStatusTable();
  readonly topics = new TopicFigureTable(this.recorder, this.statuses);
  readonly topicIds = new TopicIds();
  readonly users = new UserFigureTable(this.recorder);
  readonly connections = new ConnectionTable(this.users);
  readonly events = new LiveEvents();
  readonly #usernames = new Usernames();
  #countedAtMs = performance.now();

  /** Name of a user, deleted ones too. */
  readonly usernameOf: UsernameOf = (id) => this.#usernames.of(id);

  /** Ends its timer. */
  stop(): void {
    this.process.stop();
  }

  /** Learns names and ids: each change of them is a command to the engine. */
  onCommand(command: EngineCommand): void {
    this.#usernames.onCommand(command);
    if (command.kind === 'topicRemoved' || command.kind === 'namespaceRemoved') {
      const namespace = this.topicIds.namespaceOf(command.namespaceId);
      if (namespace !== undefined) this.topics.forget(namespace, 'name' in command ? command.name : undefined);
    }
    this.topicIds.onCommand(command);
  }

  onEvent(event: EngineEvent): void {
    switch (event.kind) {
      case 'sessionOpened':
      case 'sessionClosed':
      case 'subscriberOpened':
      case 'subscriberClosed':
        this.#onConnection(event);
        break;
      case 'sessionTrail':
        this.connections.onEvent(event);
        break;
      case 'routeOpened':
        this.topics.opened(event);
        break;
      case 'report':
        this.connections.onEvent(event);
        this.events.onEvent(event, this.usernameOf);
        this.topics.report(event.report);
        if (event.report.whole !== null) this.#endSecond(event.report.whole);
        break;
      case 'counters':
        this.events.onEvent(event, this.usernameOf);
        this.#count(event.second, event.counters);
        break;
      case 'incident':
        this.events.onEvent(event, this.usernameOf);
        break;
      case 'listening':
      case 'failed':
      case 'stopped':
      case 'clusterNews':
      case 'topicSeen':
      case 'answer':
      case 'tapped':
      case 'prices':
        break;
      case 'topicStatuses':
        this.#onStatuses(event);
        break;
      default:
        event satisfies never;
    }
  }

  #onStatuses({ namespace, statuses }: Extract<EngineEvent, { kind: 'topicStatuses' }>): void {
    const newlyStale = this.statuses.update(namespace, statuses);
    this.topics.noteStale(newlyStale);
    this.events.topicsStale(newlyStale);
  }

  #onConnection(
    event: Extract<EngineEvent, { kind: 'sessionOpened' | 'sessionClosed' | 'subscriberOpened' | 'subscriberClosed' }>,
  ): void {
    this.connections.onEvent(event);
    this.events.onEvent(event, this.usernameOf);
  }

  #endSecond(whole: WholeFigures): void {
    this.whole = whole;
    this.recorder.endSecond(whole.loopLagMs, this.users.onlineIds);
  }

  #count(second: number, counters: EngineCounters): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#countedAtMs) / 1_000;
    this.rates = ratesBetween(this.counters, counters, seconds);
    this.#countedAtMs = nowMs;
    this.counters = counters;
    this.process.measure(seconds);
    this.recorder.counters(second, counters, {
      connections: counters.connectionCount,
      onlineUsers: this.users.onlineCount,
      memoryMb: this.process.memoryMb,
    });
  }
}

const ratesBetween = (before: EngineCounters, now: EngineCounters, seconds: number): Rates => ({
  published: ratePerSecond(now.publishedCount - before.publishedCount, seconds),
  publishedBytes: ratePerSecond(now.publishedBytes - before.publishedBytes, seconds),
  delivered: ratePerSecond(now.deliveredCount - before.deliveredCount, seconds),
  deliveredBytes: ratePerSecond(now.deliveredBytes - before.deliveredBytes, seconds),
  dropped: ratePerSecond(now.droppedCount - before.droppedCount, seconds),
});
