import type { EngineCounters } from '../../port-counters.js';
import { type LimitHits, limitNames } from '../../port-limits.js';

/** Counters before the engine has sent any. */
export const noCounters: EngineCounters = {
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
  conflatedCount: 0,
  staleTopicCount: 0,
  authOkCount: 0,
  authFailedCount: 0,
  permissionDeniedCount: 0,
  queuedBytes: 0,
  pendingConnectionCount: 0,
  inboundBytes: 0,
  limitHits: Object.fromEntries(limitNames.map((name) => [name, 0])) as LimitHits,
  caughtErrorCount: 0,
  journal: null,
  bars: null,
};
