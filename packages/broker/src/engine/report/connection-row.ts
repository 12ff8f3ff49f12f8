import { connectionColumns } from '../../port-report.js';
import { dropReasons } from '../fanout/subscriber/drop-counts.js';
import type { Subscriber } from '../fanout/subscriber/subscriber.js';
import type { Lane } from '../session/lane.js';
import { DeliverySum } from './delivery-sum.js';

/** A session, as its row sees it. */
export interface SessionFigures {
  readonly id: number;
  readonly subscriptionCount: number;
  readonly publishedCount: number;
  readonly publishedBytes: number;
  readonly errorCount: number;
  lanes(): readonly Lane[];
}

/** A subscriber connection without a session, as its row sees it. */
export interface SubscriberFigures {
  readonly id: number;
  readonly subscriber: Subscriber;
  readonly prefixes: ReadonlySet<string>;
}

const rowLength = connectionColumns.length;

/** The row of a session by itself, for the moment when it closes. */
export function sessionRow(session: SessionFigures, nowUs: number): Float64Array {
  const row = new Float64Array(rowLength);
  writeSessionRow(row, 0, session, nowUs);
  return row;
}

/** The row of a subscriber without a session by itself, for the moment when it closes. */
export function subscriberRow(connection: SubscriberFigures, nowUs: number): Float64Array {
  const row = new Float64Array(rowLength);
  writeSubscriberRow(row, 0, connection, nowUs);
  return row;
}

/** Writes the row of a session: its deliveries are the sum over its lanes. */
export function writeSessionRow(rows: Float64Array, row: number, session: SessionFigures, nowUs: number): void {
  const { id, subscriptionCount, publishedCount, publishedBytes, errorCount } = session;
  const sum = new DeliverySum(nowUs);
  let subscriberId = 0;
  for (const lane of session.lanes()) {
    sum.addLane(lane);
    if (subscriberId === 0) subscriberId = lane.subscriber?.id ?? 0;
  }
  write(rows, row, [id, subscriberId, subscriptionCount, publishedCount, publishedBytes, errorCount], sum);
}

/** Writes the row of a subscriber without a session. */
export function writeSubscriberRow(
  rows: Float64Array,
  row: number,
  connection: SubscriberFigures,
  nowUs: number,
): void {
  const sum = new DeliverySum(nowUs);
  sum.addSubscriber(connection.subscriber);
  write(rows, row, [0, connection.id, connection.prefixes.size, 0, 0, 0], sum);
}

/** Writes the numbers in the order of `connectionColumns`. */
function write(rows: Float64Array, row: number, head: readonly number[], sum: DeliverySum): void {
  let at = row * rowLength;
  const put = (value: number): void => {
    rows[at++] = value;
  };
  for (const value of head) put(value);
  put(sum.deliveredCount);
  put(sum.deliveredBytes);
  put(sum.queuedCount);
  put(sum.queuedBytes);
  put(sum.lagMs);
  put(sum.isSlow ? 1 : 0);
  put(sum.matchedCount);
  put(sum.conflatedCount);
  for (const reason of dropReasons) put(sum.dropped[reason]);
}
