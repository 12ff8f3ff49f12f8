import { topicColumns } from '../../port-report.js';
import type { DelayCounts } from '../route/delay-counts.js';
import type { Route } from '../route/route.js';

/** Writes one topic at a row of `rows`, in the order of `topicColumns`, and its delays to the end of `delays`, which then start at zero. */
export function writeTopicRow(rows: Float64Array, row: number, route: Route, delays: number[]): void {
  route.settleDelay();
  let at = row * topicColumns.length;
  const put = (value: number): void => {
    rows[at++] = value;
  };
  const putDelays = (counts: DelayCounts): void => {
    const { sum, max } = counts;
    put(counts.takeTo(delays));
    put(sum);
    put(max);
  };
  put(route.id);
  put(route.sequence);
  put(route.publishedCount);
  put(route.publishedBytes);
  put(route.matchedCount);
  put(route.droppedCount);
  put(route.conflatedCount);
  put(route.subscriberCount);
  put(Math.floor(route.turnReadUs / 1_000));
  put(route.origin?.user.id ?? 0);
  put(route.isPublisherGone ? 1 : 0);
  put(route.aheadCount);
  route.aheadCount = 0;
  putDelays(route.publishDelay);
  putDelays(route.writeDelay);
}
