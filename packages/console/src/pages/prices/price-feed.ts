import type { PriceEventRow, PriceEvents } from '@pulsemq/protocol';
import { openEventStream, type ServerEvent } from '../../api/event-stream.js';
import { inNameOrder } from '../../format/name-order.js';
import { BoardRow } from '../../parts/prices/board-row.js';
import { chosenFields, type FieldChoice, fieldsOf, type PriceFields } from '../../parts/prices/price-fields.js';
import { ExternalStore } from '../../state/external-store.js';
import { FrameQueue } from './frame-queue.js';

export interface Board {
  readonly state: 'connecting' | 'running' | 'retrying' | 'refused';
  readonly failure: Error | null;
  /** The columns of the payloads, known ones first. */
  readonly columns: readonly string[];
  /** The columns that the prices are read from. */
  readonly fields: PriceFields;
  /** Matching topics without a row. */
  readonly leftOutCount: number;
}

/** The broker sends a comment more often than this when there is no change. */
const silenceMs = 40_000;
/** The table orders its rows again this often: more often the eye cannot follow. */
const orderMs = 1000;

const withoutColumns = fieldsOf([]);

/** The newest values of the topics of one pattern, kept up to date. */
export class PriceFeed {
  readonly board = new ExternalStore<Board>({
    state: 'connecting',
    failure: null,
    columns: [],
    fields: withoutColumns,
    leftOutCount: 0,
  });
  /** A new array when there are other topics, and once a second when a value has changed. */
  readonly rows = new ExternalStore<readonly BoardRow[]>([]);
  readonly #namespace: string;
  readonly #pattern: string;
  readonly #byTopic = new Map<string, BoardRow>();
  readonly #changed = new Set<BoardRow>();
  readonly #queue = new FrameQueue(() => this.#show());
  #choice: FieldChoice = {};
  #hasOtherTopics = false;
  #hasChanged = false;
  #end: (() => void) | undefined;
  #orderTimer: ReturnType<typeof setInterval> | undefined;

  constructor(namespace: string, pattern: string) {
    this.#namespace = namespace;
    this.#pattern = pattern;
  }

  start(): void {
    this.#orderTimer = setInterval(() => this.#order(), orderMs);
    this.#end = openEventStream({
      path: '/api/prices',
      query: { namespace: this.#namespace, pattern: this.#pattern },
      silenceMs,
      onOpen: () => this.board.update((board) => ({ ...board, state: 'running', failure: null })),
      onEvent: (event) => this.#queue.push(() => this.#take(event)),
      onLost: (failure, retryMs) => this.#queue.push(() => this.#lost(failure, retryMs)),
    });
  }

  stop(): void {
    this.#end?.();
    this.#queue.stop();
    clearInterval(this.#orderTimer);
  }

  /** Reads prices from the columns that the viewer chose. */
  choose(choice: FieldChoice): void {
    this.#choice = choice;
    this.#readFields(this.board.get().columns);
  }

  #readFields(columns: readonly string[]): void {
    const was = this.board.get().fields;
    const fields = chosenFields(columns, this.#choice);
    this.board.update((board) => ({ ...board, columns, fields }));
    if (JSON.stringify(was) === JSON.stringify(fields)) return;
    for (const row of this.#byTopic.values()) {
      row.reread(fields);
      row.notify();
    }
    this.#hasChanged = true;
  }

  #take({ event, data }: ServerEvent): void {
    if (event === 'rows') {
      const { fields } = this.board.get();
      const nowMs = performance.now();
      for (const row of (JSON.parse(data) as PriceEvents['rows']).rows) this.#takeRow(row, fields, nowMs);
    } else if (event === 'columns') this.#takeColumns((JSON.parse(data) as PriceEvents['columns']).columns);
    else if (event === 'status') this.#takeStatuses(JSON.parse(data) as PriceEvents['status']);
    else if (event === 'left_out') {
      const { count } = JSON.parse(data) as PriceEvents['left_out'];
      this.board.update((board) => ({ ...board, leftOutCount: count }));
    }
  }

  /** Rows from before a loss of the connection keep the columns that only they have. */
  #takeColumns(columns: readonly string[]): void {
    const known = this.board.get().columns.filter((name) => !columns.includes(name));
    this.#readFields([...columns, ...known]);
  }

  #takeRow(news: PriceEventRow, fields: PriceFields, nowMs: number): void {
    let row = this.#byTopic.get(news.topic);
    if (row === undefined) {
      row = new BoardRow(news.topic);
      this.#byTopic.set(news.topic, row);
      this.#hasOtherTopics = true;
    }
    row.take(news, fields, nowMs);
    this.#changed.add(row);
  }

  #takeStatuses({ topics }: PriceEvents['status']): void {
    for (const { topic, ...status } of topics) {
      const row = this.#byTopic.get(topic);
      if (row === undefined) continue;
      if (status.state === 'deleted') {
        this.#byTopic.delete(topic);
        this.#hasOtherTopics = true;
      }
      row.status = status;
      this.#changed.add(row);
    }
  }

  /** Shows what the last frame changed. */
  #show(): void {
    for (const row of this.#changed) row.notify();
    this.#hasChanged ||= this.#changed.size > 0;
    this.#changed.clear();
    // The first topics are shown at once, later ones with the next order.
    if (this.#hasOtherTopics && this.rows.get().length === 0) this.#order();
  }

  #order(): void {
    if (this.#hasOtherTopics) {
      const rows = inNameOrder([...this.#byTopic.values()], ({ topic }) => topic);
      for (const [rank, row] of rows.entries()) row.rank = rank;
    }
    if (this.#hasOtherTopics || this.#hasChanged) this.rows.set([...this.#byTopic.values()]);
    this.#hasOtherTopics = false;
    this.#hasChanged = false;
  }

  #lost(failure: Error, retryMs: number | null): void {
    this.board.update((board) => ({ ...board, state: retryMs === null ? 'refused' : 'retrying', failure }));
    for (const row of this.#byTopic.values()) {
      row.isConfirmed = false;
      this.#changed.add(row);
    }
  }
}
