import { connectionColumns } from '../../port-report.js';
import { dropReasons } from '../fanout/subscriber/drop-counts.js';
import type { Subscriber } from '../fanout/subscriber/subscriber.js';
import type { EarlierDeliveries } from '../session/session.js';

/** A session, as its row sees it. */
export interface SessionFigures {
  readonly id: number;
  readonly subscriptionCount: number;
  readonly publishedCount: number;
  readonly publishedBytes: number;
  readonly errorCount: number;
  readonly earlier: EarlierDeliveries | null;
}

/** A subscriber connection, as its row sees it. */
export interface SubscriberFigures {
  readonly id: number;
  readonly subscriber: Subscriber;
  readonly prefixes?: ReadonlySet<string>;
}

/** One row by itself, for the moment when a connection closes. */
export function connectionRow(
  session: SessionFigures | null,
  connection: SubscriberFigures | null,
  nowUs: number,
): Float64Array {
  const row = new Float64Array(connectionColumns.length);
  writeConnectionRow(row, 0, session, connection, nowUs);
  return row;
}

/** Writes the row of a session with its subscriber, or of a subscriber of its own, in the order of `connectionColumns`. */
export function writeConnectionRow(
  rows: Float64Array,
  row: number,
  session: SessionFigures | null,
  connection: SubscriberFigures | null,
  nowUs: number,
): void {
  let at = row * connectionColumns.length;
  const put = (value: number): void => {
    rows[at++] = value;
  };
  const subscriber = connection?.subscriber;
  const counts = subscriber?.counts;
  const earlier = session?.earlier;
  const oldestUs = subscriber?.oldestUs ?? 0;
  put(session?.id ?? 0);
  put(connection?.id ?? 0);
  put(session?.subscriptionCount ?? connection?.prefixes?.size ?? 0);
  put(session?.publishedCount ?? 0);
  put(session?.publishedBytes ?? 0);
  put(session?.errorCount ?? 0);
  put((earlier?.deliveredCount ?? 0) + (counts?.deliveredCount ?? 0));
  put((earlier?.deliveredBytes ?? 0) + (counts?.deliveredBytes ?? 0));
  put(subscriber?.queuedMessageCount ?? 0);
  put(subscriber?.queuedBytes ?? 0);
  put(oldestUs === 0 ? 0 : Math.max(0, (nowUs - oldestUs) / 1_000));
  put(subscriber?.isSlow === true ? 1 : 0);
  for (const reason of dropReasons) put((earlier?.dropped[reason] ?? 0) + (counts?.dropped[reason] ?? 0));
}
