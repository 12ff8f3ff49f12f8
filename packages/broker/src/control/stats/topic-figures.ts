import type { Percentiles, TopicFigures } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { type EngineReport, type Row, rowsOf, topicColumns } from '../../port-report.js';
import type { Recorder } from './recorder.js';
import { type DelayChange, TopicMinute } from './topic-minute.js';

type TopicRow = Row<typeof topicColumns>;

/** After so long without a report a topic is silent. */
const silentMs = 2_500;

/** One topic of this run. */
export interface LiveTopic {
  readonly route: number;
  readonly namespace: string;
  readonly topic: string;
  readonly epoch: number;
  row: TopicRow | null;
  messageRate: number;
  byteRate: number;
  /** When `row` came. */
  atMs: number;
  /** The last two minutes in which something happened, the newer one first. */
  minutes: readonly TopicMinute[];
}

/** Figures of every topic that was published to, as the engine tells them. */
export class TopicFigureTable {
  readonly #recorder: Recorder;
  readonly #byRoute = new Map<number, LiveTopic>();
  readonly #byKey = new Map<string, LiveTopic>();

  constructor(recorder: Recorder) {
    this.#recorder = recorder;
  }

  opened(event: Extract<EngineEvent, { kind: 'routeOpened' }>): void {
    const { route, namespace, topic, epoch } = event;
    const nothing = { row: null, messageRate: 0, byteRate: 0, atMs: 0, minutes: [] };
    const live: LiveTopic = { route, namespace, topic, epoch, ...nothing };
    this.#byRoute.set(route, live);
    this.#byKey.set(`${namespace}:${topic}`, live);
  }

  /** The topic was deleted, or with `topic` left out all of the namespace. */
  forget(namespace: string, topic?: string): void {
    for (const live of topic === undefined ? [...this.#byKey.values()] : [this.live(namespace, topic)]) {
      if (live?.namespace !== namespace) continue;
      this.#byRoute.delete(live.route);
      this.#byKey.delete(`${namespace}:${live.topic}`);
    }
  }

  report({ topics, delays }: EngineReport): void {
    const nowMs = performance.now();
    let at = 0;
    const take = (bucketCount: number): Uint32Array => {
      const start = at;
      at += 2 * bucketCount;
      return delays.subarray(start, at);
    };
    for (const row of rowsOf(topicColumns, topics)) {
      const publisherDelays = take(row.publishDelayBuckets);
      const brokerDelays = take(row.writeDelayBuckets);
      const live = this.#byRoute.get(row.route);
      if (live === undefined) continue;
      this.#record(live, row, {
        publisherDelays: { pairs: publisherDelays, sum: row.publishDelaySum, max: row.publishDelayMax },
        brokerDelays: { pairs: brokerDelays, sum: row.writeDelaySum, max: row.writeDelayMax },
      });
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
    return live?.row == null ? null : this.figures(live, live.row, usernameOf);
  }

  /** A topic of this run; undefined when nothing was published to it. */
  live(namespace: string, topic: string): LiveTopic | undefined {
    return this.#byKey.get(`${namespace}:${topic}`);
  }

  /** Topics with figures, busiest first. */
  busiest(): LiveTopic[] {
    return [...this.#byKey.values()]
      .filter(({ row }) => row !== null)
      .sort((left, right) => currentRate(right) - currentRate(left));
  }

  figures(live: LiveTopic, row: TopicRow, usernameOf: (id: number) => string): TopicFigures {
    const isSilent = performance.now() - live.atMs > silentMs;
    const minute = this.#shownMinute(live);
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
        publisher_to_broker_ms: minute?.publisherDelays?.figures() ?? null,
        publisher_clock_ahead_count: minute?.aheadCount ?? 0,
        broker_to_socket_us: minute?.brokerDelays?.figures() ?? null,
      } satisfies { [Name in keyof TopicFigures['latency']]: Percentiles | number | null },
    };
  }

  /** The last whole minute, or the one that runs where that is the first. */
  #shownMinute(live: LiveTopic): TopicMinute | undefined {
    const { minuteTs } = this.#recorder;
    const [newer, older] = live.minutes;
    return (
      [newer, older].find((minute) => minute?.ts === minuteTs - 60) ?? (newer?.ts === minuteTs ? newer : undefined)
    );
  }

  #record(live: LiveTopic, row: TopicRow, delays: { publisherDelays: DelayChange; brokerDelays: DelayChange }): void {
    const change = (name: 'publishedCount' | 'publishedBytes' | 'matchedCount' | 'droppedCount'): number =>
      row[name] - (live.row?.[name] ?? 0);
    const [msgCount, droppedCount] = [change('publishedCount'), change('droppedCount')];
    // A row may tell only that the topic is stale now.
    if (msgCount === 0 && droppedCount === 0) return;
    const { subscriberCount, aheadCount } = row;
    const counts = {
      msgCount,
      byteCount: change('publishedBytes'),
      matchedCount: change('matchedCount'),
      droppedCount,
    };
    this.#recorder.topic({ ...counts, subscriberCount, aheadCount, ...delays }, (ts) => minuteOf(live, ts));
  }
}

function minuteOf(live: LiveTopic, ts: number): TopicMinute {
  const [newest] = live.minutes;
  if (newest?.ts === ts) return newest;
  const minute = new TopicMinute(ts, live.namespace, live.topic);
  live.minutes = newest === undefined ? [minute] : [minute, newest];
  return minute;
}

const rate = (count: number, seconds: number): number => Math.round((count / Math.max(0.001, seconds)) * 10) / 10;

/** Messages a second now. A topic that is silent is in no report: its last rate is not its present one. */
export const currentRate = ({ messageRate, atMs }: LiveTopic): number =>
  performance.now() - atMs > silentMs ? 0 : messageRate;
