import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import {
  connectionColumns,
  type EngineReport,
  topicColumns,
  type WholeFigures,
  writeDelayBoundsUs,
} from '../../port-report.js';
import { LogHistogram } from '../log-histogram.js';
import type { Route } from '../route/route.js';
import { writeConnectionRow } from '../session/connection-row.js';
import type { EngineCore } from '../session/core.js';
import { writeTopicRow } from './topic-row.js';

/** Topics of one piece of a report: about 0.3 ms of work, after which ticks go on. */
const pieceCount = 256;
const loopLagResolutionMs = 10;
const empty = new Float64Array(0);

/** Makes the report of every second, in pieces, and starts the delays of every minute afresh. */
export class Reporter {
  readonly #core: EngineCore;
  readonly #publishDelay = new LogHistogram();
  readonly #loopLag: IntervalHistogram = monitorEventLoopDelay({ resolution: loopLagResolutionMs });
  /** Routes with delays of this minute. */
  #minuteRoutes = new Set<Route>();
  #minute = 0;
  #waiting: Route[] = [];
  #isWorking = false;

  constructor(core: EngineCore) {
    this.#core = core;
    this.#loopLag.enable();
  }

  /** Once a second. What the second before has not finished goes first. */
  report(): void {
    this.#startMinute();
    this.#spreadDrops();
    const { figures } = this.#core.fanOut;
    const changed = figures.changed as Route[];
    figures.changed = [];
    for (const route of changed) {
      route.isChanged = false;
      this.#waiting.push(route);
    }
    if (!this.#isWorking) this.#work();
  }

  stop(): void {
    this.#loopLag.disable();
  }

  /** A route says something again, although nothing was published to it. */
  markChanged(route: Route): void {
    this.#core.fanOut.figures.markChanged(route);
  }

  #startMinute(): void {
    const minute = Math.floor(this.#core.clock.nowMs / 60_000);
    if (minute === this.#minute) return;
    this.#minute = minute;
    for (const route of this.#minuteRoutes) {
      route.settleDelay();
      route.publishDelay.reset();
      route.writeDelay.reset();
      route.aheadCount = 0;
    }
    this.#minuteRoutes.clear();
  }

  /** Lost messages were counted by key; now they find their routes. */
  #spreadDrops(): void {
    const { fanOut, namespaces } = this.#core;
    for (const [key, count] of fanOut.drops.take()) {
      const colon = key.indexOf(':');
      const route = namespaces.of(key.slice(0, colon))?.route(key.slice(colon + 1));
      if (route === undefined) continue;
      route.droppedCount += count;
      this.markChanged(route);
    }
  }

  #work(): void {
    const routes = this.#waiting.splice(0, pieceCount);
    this.#isWorking = this.#waiting.length > 0;
    const topics = routes.length === 0 ? empty : new Float64Array(routes.length * topicColumns.length);
    for (const [row, route] of routes.entries()) {
      writeTopicRow(topics, row, route);
      this.#minuteRoutes.add(route);
    }
    if (this.#isWorking) {
      this.#emit({ topics, connections: empty, whole: null });
      setImmediate(() => this.#work());
    } else this.#emit({ topics, connections: this.#connections(), whole: this.#whole() });
  }

  #emit(report: Omit<EngineReport, 'minute'>): void {
    this.#core.emit({ kind: 'report', report: { minute: this.#minute, ...report } });
  }

  #connections(): Float64Array {
    const { sessions, keeper, clock } = this.#core;
    const alone = [...keeper.unboundSubscribers()];
    const rows = new Float64Array((sessions.count + alone.length) * connectionColumns.length);
    let row = 0;
    for (const session of sessions.all()) writeConnectionRow(rows, row++, session, session.subscriber, clock.nowUs);
    for (const connection of alone) writeConnectionRow(rows, row++, null, connection, clock.nowUs);
    return rows;
  }

  #whole(): WholeFigures {
    const { fanOut, keeper, lastValues } = this.#core;
    const { writeDelay, writeDelayEver } = fanOut.figures;
    writeDelayEver.add(writeDelay);
    const whole: WholeFigures = {
      writeDelayUs: writeDelay.figures(),
      publishDelayMs: this.#publishDelayOfMinute(),
      writeDelayCumulative: writeDelayEver.cumulative(writeDelayBoundsUs),
      writeDelayCount: writeDelayEver.count,
      writeDelaySumUs: writeDelayEver.sum,
      loopLagMs: Math.max(0, this.#loopLag.max / 1e6 - loopLagResolutionMs),
      slowSubscriberCount: keeper.slowCount(),
      imageBytes: lastValues.totalBytes,
    };
    fanOut.figures.startSecond();
    this.#loopLag.reset();
    return whole;
  }

  /** Over all topics of this minute. */
  #publishDelayOfMinute(): WholeFigures['publishDelayMs'] {
    this.#publishDelay.reset();
    for (const route of this.#minuteRoutes) this.#publishDelay.add(route.publishDelay);
    return this.#publishDelay.figures();
  }
}
