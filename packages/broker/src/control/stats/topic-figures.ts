import type { Percentiles, TopicFigures } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { type Row, rowsOf, topicColumns } from '../../port-report.js';

type TopicRow = Row<typeof topicColumns>;

/** One topic of this run. */
export interface LiveTopic {
  readonly namespace: string;
  readonly topic: string;
  readonly epoch: number;
  row: TopicRow | null;
  messageRate: number;
  byteRate: number;
  /** When `row` came. */
  atMs: number;
}

/** Figures of every topic that was published to, as the engine tells them. */
export class TopicFigureTable {
  readonly #byRoute = new Map<number, LiveTopic>();
  readonly #byKey = new Map<string, LiveTopic>();

  opened(event: Extract<EngineEvent, { kind: 'routeOpened' }>): void {
    const { namespace, topic, epoch } = event;
    const live: LiveTopic = { namespace, topic, epoch, row: null, messageRate: 0, byteRate: 0, atMs: 0 };
    this.#byRoute.set(event.route, live);
    this.#byKey.set(`${namespace}:${topic}`, live);
  }

  report(rows: Float64Array): void {
    const nowMs = performance.now();
    for (const row of rowsOf(topicColumns, rows)) {
      const live = this.#byRoute.get(row.route);
      if (live === undefined) continue;
      const seconds = live.atMs === 0 ? 1 : (nowMs - live.atMs) / 1_000;
      live.messageRate = rate(row.publishedCount - (live.row?.publishedCount ?? 0), seconds);
      live.byteRate = rate(row.publishedBytes - (live.row?.publishedBytes ?? 0), seconds);
      live.row = row;
      live.atMs = nowMs;
    }
  }

  /** Figures of a topic; null when nothing was published to it in this run. */
  of(namespace: string, topic: string, usernameOf: (id: number) => string): TopicFigures | null {
    const live = this.#byKey.get(`${namespace}:${topic}`);
    return live?.row == null ? null : figuresOf(live, live.row, usernameOf);
  }

  /** Topics with figures, busiest first. */
  busiest(): LiveTopic[] {
    return [...this.#byKey.values()]
      .filter(({ row }) => row !== null)
      .sort((left, right) => currentRate(right) - currentRate(left));
  }
}

const rate = (count: number, seconds: number): number => Math.round((count / Math.max(0.001, seconds)) * 10) / 10;

/** Messages a second now. A topic that is silent is in no report: its last rate is not its present one. */
export const currentRate = ({ messageRate, atMs }: LiveTopic): number =>
  performance.now() - atMs > 2_500 ? 0 : messageRate;

function figuresOf(live: LiveTopic, row: TopicRow, usernameOf: (id: number) => string): TopicFigures {
  const isSilent = performance.now() - live.atMs > 2_500;
  return {
    epoch: live.epoch,
    sequence: row.sequence,
    msg_total: row.publishedCount,
    byte_total: row.publishedBytes,
    delivered_total: row.matchedCount - row.droppedCount,
    dropped_total: row.droppedCount,
    msg_rate: isSilent ? 0 : live.messageRate,
    byte_rate: isSilent ? 0 : live.byteRate,
    subscriber_count: row.subscriberCount,
    last_published_at: new Date(row.lastPublishedMs).toISOString(),
    last_publisher: usernameOf(row.publisherUserId),
    is_stale: row.isStale === 1,
    latency: {
      publisher_to_broker_ms: percentiles(
        row.publishDelayCount,
        row.publishDelayP50,
        row.publishDelayP95,
        row.publishDelayP99,
        row.publishDelayMax,
      ),
      publisher_clock_ahead_count: row.aheadCount,
      broker_to_socket_us: percentiles(
        row.writeDelayCount,
        row.writeDelayP50,
        row.writeDelayP95,
        row.writeDelayP99,
        row.writeDelayMax,
      ),
    },
  };
}

const percentiles = (count: number, p50: number, p95: number, p99: number, max: number): Percentiles | null =>
  count === 0 ? null : { count, p50, p95, p99, max };
