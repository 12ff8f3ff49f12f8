import type { BarCounters } from './port-bars.js';
import type { JournalCounters } from './port-journal.js';
import type { LimitHits } from './port-limits.js';

/** Running totals since the engine started; the receiver takes differences. */
export interface EngineCounters {
  readonly connectionCount: number;
  readonly sessionCount: number;
  readonly subscriberCount: number;
  readonly routeCount: number;
  readonly publishedCount: number;
  readonly publishedBytes: number;
  readonly deliveredCount: number;
  readonly deliveredBytes: number;
  readonly droppedCount: number;
  readonly dropped: DropFigures;
  /** Updates that newer ones replaced before they were delivered: one for each subscriber and update. */
  readonly conflatedCount: number;
  /** Topics that are stale by their rules now. */
  readonly staleTopicCount: number;
  readonly authOkCount: number;
  readonly authFailedCount: number;
  readonly permissionDeniedCount: number;
  /** Bytes held for subscribers that lag; a shared batch counts once. */
  readonly queuedBytes: number;
  /** Connections without a log-in. */
  readonly pendingConnectionCount: number;
  /** Bytes of messages that have begun to arrive. */
  readonly inboundBytes: number;
  readonly limitHits: LimitHits;
  /** Errors of the broker itself that its handlers caught. */
  readonly caughtErrorCount: number;
  /** The journal; null while no namespace keeps history. */
  readonly journal: JournalCounters | null;
  /** Null before the first bar rule. */
  readonly bars: BarCounters | null;
}

/** Lost messages by reason. */
export interface DropFigures {
  readonly hwm: number;
  readonly outboxBytes: number;
  readonly outboxTotalBytes: number;
  readonly atClose: number;
}
