import type { TopicFigures } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { type EngineReport, type Row, topicColumns } from '../../port-report.js';
import { currentRate, LiveTopic, TopicTotals, topicFigures } from './live-topic.js';
import type { Recorder } from './recorder.js';
import { ratePerSecond } from './rounding.js';
import { eachRow } from './rows-in-place.js';
import { type TopicDelays, TopicMinute } from './topic-minute.js';
import { type NamedStatus, type TopicStatusTable, topicCondition } from './topic-statuses.js';
import type { UsernameOf } from './usernames.js';

type TopicRow = Readonly<Row<typeof topicColumns>>;

/** Figures of every topic that was published to in this run. */
export class TopicFigureTable {
  readonly #recorder: Recorder;
  readonly #statuses: TopicStatusTable;
  readonly #byRoute = new Map<number, LiveTopic>();
  /** By namespace and topic. */
  readonly #byName = new Map<string, Map<string, LiveTopic>>();

  constructor(recorder: Recorder, statuses: TopicStatusTable) {
    this.#recorder = recorder;
    this.#statuses = statuses;
  }

  opened({ route, namespace, topic, epoch }: Extract<EngineEvent, { kind: 'routeOpened' }>): void {
    const ofNamespace = this.#byName.get(namespace) ?? new Map<string, LiveTopic>();
    this.#byName.set(namespace, ofNamespace);
    // Each event has a string of its own: the topics of a namespace share that of the first one.
    const [first] = ofNamespace.values();
    const live = new LiveTopic(route, first?.namespace ?? namespace, topic, epoch);
    this.#byRoute.set(route, live);
    ofNamespace.set(topic, live);
  }

  /** Forgets a deleted topic, or without `topic` all of a deleted namespace. */
  forget(namespace: string, topic?: string): void {
    const ofNamespace = this.#byName.get(namespace);
    if (ofNamespace === undefined) return;
    for (const live of topic === undefined ? [...ofNamespace.values()] : [ofNamespace.get(topic)]) {
      if (live === undefined) continue;
      this.#byRoute.delete(live.route);
      ofNamespace.delete(live.topic);
    }
    if (ofNamespace.size === 0) this.#byName.delete(namespace);
  }

  report({ topics, delays }: EngineReport): void {
    const nowMs = performance.now();
    let at = 0;
    const take = (bucketCount: number): Uint32Array => {
      const start = at;
      at += 2 * bucketCount;
      return delays.subarray(start, at);
    };
    eachRow(topicColumns, topics, (row) => {
      const publisherPairs = take(row.publishDelayBuckets);
      const brokerPairs = take(row.writeDelayBuckets);
      const live = this.#byRoute.get(row.route);
      if (live === undefined) return;
      this.#record(live, row, {
        publisherDelays: { pairs: publisherPairs, sum: row.publishDelaySum, max: row.publishDelayMax },
        brokerDelays: { pairs: brokerPairs, sum: row.writeDelaySum, max: row.writeDelayMax },
      });
      update(live, row, nowMs);
    });
  }

  /** Figures of a topic; null when nothing was published to it in this run. */
  of(namespace: string, topic: string, usernameOf: UsernameOf): TopicFigures | null {
    const live = this.live(namespace, topic);
    return live?.row == null ? null : this.figures(live, live.row, usernameOf);
  }

  /** A topic of this run; undefined when nothing was published to it. */
  live(namespace: string, topic: string): LiveTopic | undefined {
    return this.#byName.get(namespace)?.get(topic);
  }

  /** Names of the topics of a namespace that were published to in this run. */
  names(namespace: string): IterableIterator<string> {
    return (this.#byName.get(namespace) ?? new Map<string, LiveTopic>()).keys();
  }

  /** Topics with figures, busiest first. */
  busiest(): LiveTopic[] {
    return [...this.#byRoute.values()]
      .filter(({ row }) => row !== null)
      .sort((left, right) => currentRate(right) - currentRate(left));
  }

  figures(live: LiveTopic, row: TopicTotals, usernameOf: UsernameOf): TopicFigures {
    const condition = topicCondition(this.#statuses.of(live.namespace, live.topic), true);
    return topicFigures(live, row, condition, this.#recorder.minuteTs, usernameOf);
  }

  /** Marks the running minute of topics that have become stale. */
  noteStale(topics: readonly NamedStatus[]): void {
    for (const { namespace, status } of topics) {
      const minute = this.live(namespace, status.topic)?.minute;
      if (minute?.ts === this.#recorder.minuteTs) minute.isStale = true;
    }
  }

  /** Adds the change since the last row to the running minute. */
  #record(live: LiveTopic, row: TopicRow, delays: TopicDelays): void {
    const msgCount = row.publishedCount - (live.row?.publishedCount ?? 0);
    const droppedCount = row.droppedCount - (live.row?.droppedCount ?? 0);
    if (msgCount === 0 && droppedCount === 0) return;
    const change = {
      msgCount,
      byteCount: row.publishedBytes - (live.row?.publishedBytes ?? 0),
      matchedCount: unconflatedCount(row) - (live.row === null ? 0 : unconflatedCount(live.row)),
      droppedCount,
      subscriberCount: row.subscriberCount,
      aheadCount: row.aheadCount,
      ...delays,
    };
    this.#recorder.topic(change, (ts) => minuteOf(live, ts));
  }
}

/** Deliveries that the messages of a topic matched, without those that newer ones replaced. */
const unconflatedCount = ({
  matchedCount,
  conflatedCount,
}: Pick<TopicRow, 'matchedCount' | 'conflatedCount'>): number => matchedCount - conflatedCount;

function update(live: LiveTopic, row: TopicRow, nowMs: number): void {
  const seconds = live.atMs === 0 ? 1 : (nowMs - live.atMs) / 1_000;
  live.messageRate = ratePerSecond(row.publishedCount - (live.row?.publishedCount ?? 0), seconds);
  live.byteRate = ratePerSecond(row.publishedBytes - (live.row?.publishedBytes ?? 0), seconds);
  live.row ??= new TopicTotals();
  live.row.set(row);
  live.atMs = nowMs;
}

function minuteOf(live: LiveTopic, ts: number): TopicMinute {
  const { minute } = live;
  if (minute?.ts === ts) return minute;
  if (minute !== null) live.minuteBefore = { ts: minute.ts, latency: minute.latency() };
  live.minute = new TopicMinute(ts, live.namespace, live.topic);
  return live.minute;
}
