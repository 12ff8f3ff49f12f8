import type { LiveEvent } from '@pulsemq/protocol';
import type { EngineEvent } from '../../port.js';
import { connectionColumns, type EngineReport, type Row, rowsOf, topicColumns } from '../../port-report.js';
import { connectionId } from './connection-table.js';

/** An event before it has a number and a time. */
export type NewEvent = Omit<LiveEvent, 'id' | 'at'>;

/** A connection that goes on losing messages is named so often. */
const dropLineMs = 10_000;
/** Topics of one second that are named; of more only the number is told. */
const staleMaxLines = 5;

type ConnectionRow = Row<typeof connectionColumns>;

interface Watched {
  readonly userId: number | null;
  readonly address: string;
  isSlow: boolean;
  /** Lost messages that have been told, and when. */
  toldDrops: number;
  toldAtMs: number;
}

/** Finds in the figures of each second what an operator should hear of: who falls behind, who loses messages, what goes stale. */
export class TrafficWatch {
  readonly #tell: (event: NewEvent) => void;
  readonly #connections = new Map<string, Watched>();
  readonly #topics = new Map<number, { readonly name: string; isStale: boolean }>();
  #newlyStale: string[] = [];

  constructor(tell: (event: NewEvent) => void) {
    this.#tell = tell;
  }

  onEvent(event: EngineEvent, usernameOf: (id: number) => string): void {
    switch (event.kind) {
      case 'sessionOpened':
        this.#add(`s${event.session}`, event);
        break;
      case 'subscriberOpened':
        this.#add(`c${event.subscriber}`, event);
        break;
      case 'sessionClosed':
        this.#close(`s${event.session}`, event.figures, usernameOf);
        break;
      case 'subscriberClosed':
        this.#close(`c${event.subscriber}`, event.figures, usernameOf);
        break;
      case 'routeOpened':
        this.#topics.set(event.route, { name: `${event.namespace}:${event.topic}`, isStale: false });
        break;
      case 'report':
        this.#report(event.report, usernameOf);
        break;
    }
  }

  #add(id: string, { userId, address }: { userId: number | null; address: string }): void {
    this.#connections.set(id, { userId, address, isSlow: false, toldDrops: 0, toldAtMs: 0 });
  }

  #close(id: string, figures: Float64Array, usernameOf: (id: number) => string): void {
    const one = this.#connections.get(id);
    const [row] = rowsOf(connectionColumns, figures);
    if (one !== undefined && row !== undefined) this.#tellDrops(id, one, row, usernameOf);
    this.#connections.delete(id);
  }

  #report(report: EngineReport, usernameOf: (id: number) => string): void {
    for (const row of rowsOf(topicColumns, report.topics)) {
      const topic = this.#topics.get(row.route);
      if (topic === undefined) continue;
      const isStale = row.isStale === 1;
      if (isStale && !topic.isStale) this.#newlyStale.push(topic.name);
      topic.isStale = isStale;
    }
    if (report.whole !== null) this.#tellStale();
    const nowMs = Date.now();
    for (const row of rowsOf(connectionColumns, report.connections)) {
      const id = connectionId(row);
      const one = this.#connections.get(id);
      if (one === undefined) continue;
      const isSlow = row.isSlow === 1;
      if (isSlow && !one.isSlow) this.#tellSlow(id, one, row, usernameOf);
      one.isSlow = isSlow;
      if (nowMs - one.toldAtMs >= dropLineMs) this.#tellDrops(id, one, row, usernameOf);
    }
  }

  #tellStale(): void {
    const names = this.#newlyStale;
    this.#newlyStale = [];
    const noOne = { kind: 'topicStale' as const, address: null, username: null, connection_id: null };
    if (names.length > staleMaxLines) {
      this.#tell({
        ...noOne,
        text: `${names.length} topics are stale, such as ${names[0]}: their publishers have left`,
      });
      return;
    }
    for (const name of names) this.#tell({ ...noOne, text: `${name} is stale: its last publisher has left` });
  }

  #tellSlow(id: string, one: Watched, row: ConnectionRow, usernameOf: (id: number) => string): void {
    const username = nameOf(one, usernameOf);
    const behind = `${row.queuedCount} messages and ${row.queuedBytes} bytes wait, the oldest for ${Math.round(row.lagMs)} ms`;
    const text = `${username ?? 'a subscriber'} reads too slowly: ${behind}`;
    this.#tell({ kind: 'slowSubscriber', address: one.address, username, connection_id: id, text });
  }

  #tellDrops(id: string, one: Watched, row: ConnectionRow, usernameOf: (id: number) => string): void {
    const total = row.droppedHwm + row.droppedOutboxBytes + row.droppedOutboxTotalBytes + row.droppedAtClose;
    const count = total - one.toldDrops;
    if (count <= 0) return;
    one.toldDrops = total;
    one.toldAtMs = Date.now();
    const username = nameOf(one, usernameOf);
    const text = `${username ?? 'a subscriber'} lost ${count} messages, ${total} since it connected`;
    this.#tell({ kind: 'drops', address: one.address, username, connection_id: id, text });
  }
}

const nameOf = ({ userId }: Watched, usernameOf: (id: number) => string): string | null =>
  userId === null ? null : usernameOf(userId);
