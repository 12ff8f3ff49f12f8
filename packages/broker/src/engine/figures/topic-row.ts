import { topicColumns } from '../../port-report.js';
import type { LogHistogram } from '../log-histogram.js';
import type { Route } from '../route/route.js';

const noFigures = { count: 0, p50: 0, p95: 0, p99: 0, max: 0 };

/** Writes one topic at a row of `rows`; the order is that of `topicColumns`. */
export function writeTopicRow(rows: Float64Array, row: number, route: Route): void {
  route.settleDelay();
  let at = row * topicColumns.length;
  const put = (value: number): void => {
    rows[at++] = value;
  };
  const putFigures = (histogram: LogHistogram): void => {
    const { count, p50, p95, p99, max } = histogram.figures() ?? noFigures;
    for (const value of [count, p50, p95, p99, max]) put(value);
  };
  put(route.id);
  put(route.sequence);
  put(route.publishedCount);
  put(route.publishedBytes);
  put(route.matchedCount);
  put(route.droppedCount);
  put(route.subscriberCount);
  put(Math.floor(route.turnReadUs / 1_000));
  put(route.publisher?.user.id ?? 0);
  put(route.isStale ? 1 : 0);
  putFigures(route.publishDelay);
  put(route.aheadCount);
  putFigures(route.writeDelay);
}
