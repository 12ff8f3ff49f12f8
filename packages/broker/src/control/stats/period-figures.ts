import { LogHistogram } from '../../log-histogram.js';
import type { EngineCounters } from '../../port-counters.js';
import type { SystemStatsRow } from '../store/stats-rows.js';
import { delayText } from './delay-text.js';

/** States at one moment. A period keeps the highest of each. */
export interface Gauges {
  readonly connections: number;
  readonly onlineUsers: number;
  readonly memoryMb: number;
}

/** Figures of the whole broker over one second or one minute. */
export class PeriodFigures {
  /** Start of the period, Unix seconds. */
  readonly ts: number;
  msgCount = 0;
  byteCount = 0;
  deliveredCount = 0;
  deliveredBytes = 0;
  droppedCount = 0;
  authTotal = 0;
  authFail = 0;
  permDenied = 0;
  connections = 0;
  onlineUsers = 0;
  memoryMb = 0;
  engineLoopLagMs = 0;
  readonly publisherDelays = new LogHistogram();
  readonly brokerDelays = new LogHistogram();

  constructor(ts: number) {
    this.ts = ts;
  }

  /** Adds what was counted between two sets of counters. */
  count(now: EngineCounters, before: EngineCounters): void {
    this.msgCount += now.publishedCount - before.publishedCount;
    this.byteCount += now.publishedBytes - before.publishedBytes;
    this.deliveredCount += now.deliveredCount - before.deliveredCount;
    this.deliveredBytes += now.deliveredBytes - before.deliveredBytes;
    this.droppedCount += now.droppedCount - before.droppedCount;
    this.authFail += now.authFailedCount - before.authFailedCount;
    this.authTotal += now.authOkCount - before.authOkCount + now.authFailedCount - before.authFailedCount;
    this.permDenied += now.permissionDeniedCount - before.permissionDeniedCount;
  }

  /** Keeps the highest of each. */
  gauge({ connections, onlineUsers, memoryMb }: Gauges): void {
    this.connections = Math.max(this.connections, connections);
    this.onlineUsers = Math.max(this.onlineUsers, onlineUsers);
    this.memoryMb = Math.max(this.memoryMb, memoryMb);
  }

  row(): SystemStatsRow {
    return {
      ts: this.ts,
      msgCount: this.msgCount,
      byteCount: this.byteCount,
      deliveredCount: this.deliveredCount,
      deliveredBytes: this.deliveredBytes,
      droppedCount: this.droppedCount,
      connections: this.connections,
      onlineUsers: this.onlineUsers,
      authTotal: this.authTotal,
      authFail: this.authFail,
      permDenied: this.permDenied,
      engineLoopLagMs: this.engineLoopLagMs,
      memoryMb: this.memoryMb,
      publisherDelays: delayText(this.publisherDelays),
      brokerDelays: delayText(this.brokerDelays),
    };
  }
}
