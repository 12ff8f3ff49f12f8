import { type IntervalHistogram, monitorEventLoopDelay } from 'node:perf_hooks';
import { connectionColumns, topicColumns, type WholeFigures } from '../../port-report.js';
import type { Route } from '../route/route.js';
import type { EngineCore } from '../session/core.js';
import { writeSessionRow, writeSubscriberRow } from './connection-row.js';
import { writeTopicRow } from './topic-row.js';

/** Topics of one piece of a report: about 0.3 ms of work, after which ticks go on. */
const pieceCount = 256;
const loopLagResolutionMs = 10;
const noRows = new Float64Array(0);

/** Makes the report of every second, in pieces. */
export class Reporter {
  readonly #core: EngineCore;
  readonly #loopLag: IntervalHistogram = monitorEventLoopDelay({ resolution: loopLagResolutionMs });
  #second = 0;
  #waiting: Route[] = [];
  #isWorking = false;

  constructor(core: EngineCore) {
    this.#core = core;
    this.#loopLag.enable();
  }

  /** Call once a second, for the time that began in the Unix second `second`. What the second before has left goes first. */
  report(second: number): void {
    this.#collect(second);
    if (!this.#isWorking) this.#work();
  }

  /** The last report, whole and at once. */
  finish(second: number): void {
    this.#collect(second);
    while (this.#waiting.length > pieceCount) this.#tellTopics(this.#waiting.splice(0, pieceCount), null);
    this.#tellTopics(this.#waiting.splice(0), this.#whole());
    this.#loopLag.disable();
  }

  #collect(second: number): void {
    this.#second = second;
    this.#spreadDrops();
    const { figures } = this.#core.fanOut;
    const changed = figures.changed as Route[];
    figures.changed = [];
    for (const route of changed) {
      route.isChanged = false;
      this.#waiting.push(route);
    }
  }

  /** Adds lost messages, which were counted by key, to their routes. */
  #spreadDrops(): void {
    const { fanOut, namespaces } = this.#core;
    for (const [key, count] of fanOut.account.topicDrops.take()) {
      const colon = key.indexOf(':');
      const topic = key.slice(colon + 1);
      const namespace = namespaces.of(key.slice(0, colon));
      const route = namespace?.route(topic) ?? namespace?.newest(topic);
      if (route === undefined) continue;
      route.droppedCount += count;
      fanOut.figures.markChanged(route);
    }
  }

  #work(): void {
    const routes = this.#waiting.splice(0, pieceCount);
    this.#isWorking = this.#waiting.length > 0;
    this.#tellTopics(routes, this.#isWorking ? null : this.#whole());
    if (this.#isWorking) setImmediate(() => this.#work());
  }

  /** Emits one piece; the one with `whole` holds the connections too. */
  #tellTopics(routes: readonly Route[], whole: WholeFigures | null): void {
    const topics = routes.length === 0 ? noRows : new Float64Array(routes.length * topicColumns.length);
    const pairs: number[] = [];
    for (const [row, route] of routes.entries()) writeTopicRow(topics, row, route, pairs);
    const connections = whole === null ? noRows : this.#connections();
    const delays = Uint32Array.from(pairs);
    this.#core.emit({ kind: 'report', report: { second: this.#second, topics, delays, connections, whole } });
  }

  #connections(): Float64Array {
    const { sessions, subscribers, clock } = this.#core;
    const alone = [...subscribers.unbound()];
    const rows = new Float64Array((sessions.count + alone.length) * connectionColumns.length);
    let row = 0;
    for (const session of sessions.all()) writeSessionRow(rows, row++, session, clock.nowUs);
    for (const connection of alone) writeSubscriberRow(rows, row++, connection, clock.nowUs);
    return rows;
  }

  #whole(): WholeFigures {
    const { subscribers, lastValues } = this.#core;
    const loopLagMs = Math.max(0, this.#loopLag.max / 1e6 - loopLagResolutionMs);
    this.#loopLag.reset();
    return { loopLagMs, slowSubscriberCount: subscribers.slowCount(), imageBytes: lastValues.totalBytes };
  }
}
