import type { ApiLane } from '@pulsemq/protocol';
import type { Lane } from '../session/lane.js';
import { DeliverySum } from './delivery-sum.js';

/** The figures of a lane since it was first used, with all subscriber connections that it had. */
export function laneFigures(lane: Lane, nowUs: number): ApiLane {
  const sum = new DeliverySum(nowUs);
  sum.addLane(lane);
  return {
    lane: lane.index,
    is_bound: lane.subscriber !== null,
    on_slow: lane.policy.onSlow,
    max_rate: lane.policy.maxRate,
    subscription_count: lane.subscriptionCount,
    matched_total: sum.matchedCount,
    delivered_total: sum.deliveredCount,
    dropped_total: sum.dropped.total,
    conflated_total: sum.conflatedCount,
    queued_messages: sum.queuedCount,
    queued_bytes: sum.queuedBytes,
    lag_ms: sum.lagMs,
    is_slow: sum.isSlow,
  };
}
