import type { EngineCounters, EngineEvent } from '../../port.js';
import type { WholeFigures } from '../../port-report.js';
import { ConnectionTable } from './connection-table.js';
import { TopicFigureTable } from './topic-figures.js';

const noCounters: EngineCounters = {
  connectionCount: 0,
  sessionCount: 0,
  subscriberCount: 0,
  routeCount: 0,
  publishedCount: 0,
  publishedBytes: 0,
  deliveredCount: 0,
  deliveredBytes: 0,
  droppedCount: 0,
  dropped: { hwm: 0, outboxBytes: 0, outboxTotalBytes: 0, atClose: 0 },
  authOkCount: 0,
  authFailedCount: 0,
  permissionDeniedCount: 0,
  queuedBytes: 0,
};

/** An open session, as the engine announced it. */
export type OpenSession = Omit<Extract<EngineEvent, { kind: 'sessionOpened' }>, 'kind'>;

/** What the engine said last, and how fast it moves. */
export class Monitor {
  counters: EngineCounters = noCounters;
  /** Messages published a second, over the last interval between counters. */
  messageRate = 0;
  /** Of the last second; null until the first report. */
  whole: WholeFigures | null = null;
  readonly topics = new TopicFigureTable();
  readonly connections = new ConnectionTable();
  readonly sessions = new Map<number, OpenSession>();
  #countedAtMs = performance.now();

  onEvent(event: EngineEvent): void {
    this.connections.onEvent(event);
    switch (event.kind) {
      case 'counters':
        this.#count(event.counters);
        break;
      case 'sessionOpened':
        this.sessions.set(event.session, event);
        break;
      case 'routeOpened':
        this.topics.opened(event);
        break;
      case 'report':
        this.topics.report(event.report.topics);
        this.whole = event.report.whole ?? this.whole;
        break;
      case 'sessionClosed':
        this.sessions.delete(event.session);
        break;
    }
  }

  /** Sessions of a user that are open now. */
  sessionCountOf(userId: number): number {
    let count = 0;
    for (const session of this.sessions.values()) if (session.userId === userId) count++;
    return count;
  }

  #count(counters: EngineCounters): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#countedAtMs) / 1_000;
    const count = counters.publishedCount - this.counters.publishedCount;
    if (seconds > 0) this.messageRate = Math.round((count / seconds) * 10) / 10;
    this.#countedAtMs = nowMs;
    this.counters = counters;
  }
}
