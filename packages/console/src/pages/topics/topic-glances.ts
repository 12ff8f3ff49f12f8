import type { TopicMinutes, TopicValues } from '@pulsemq/protocol';
import { ApiFailure } from '../../api/api-failure.js';
import { ask } from '../../api/request.js';
import { BoardRow } from '../../parts/prices/board-row.js';
import { fieldsOf, type PriceFields } from '../../parts/prices/price-fields.js';

/** Topics of one request. */
const askedCount = 100;
/** A list that is scrolled asks for what it shows when it has been still for this long. */
const settleMs = 150;
/** A minute is added to the past of a topic when it is over. */
const pastMs = 60_000;
const secondsOfMinute = 60;

const noMinutes: readonly number[] = [];

/** The columns of a payload, by the names of its columns: topics of one feed have the same ones. */
const knownFields = new Map<string, PriceFields>();

function fieldsOfValues(values: TopicValues['values']): PriceFields {
  const columns = Object.keys(values);
  const key = columns.join('\n');
  let fields = knownFields.get(key);
  if (fields === undefined) {
    fields = fieldsOf(columns);
    knownFields.set(key, fields);
  }
  return fields;
}

/** Pieces of a list. */
function pieces<Item>(items: readonly Item[]): readonly (readonly Item[])[] {
  const count = Math.ceil(items.length / askedCount);
  return Array.from({ length: count }, (_, index) => items.slice(index * askedCount, (index + 1) * askedCount));
}

/**
 * What the visible rows of a list show of their topics beside the figures: the newest prices, and the messages of the last half hour. Only
 * topics on the screen are asked for, so ten thousand topics cost no more than a screen of them.
 */
export class TopicGlances {
  readonly #refreshMs: number;
  /** Whether the viewer may read what is in messages. */
  readonly #mayRead: boolean;
  readonly #rows = new Map<number, BoardRow>();
  readonly #minutes = new Map<number, { readonly rates: readonly number[]; readonly atMs: number }>();
  readonly #listeners = new Set<() => void>();
  readonly #stop = new AbortController();
  #ids: readonly number[] = [];
  /** Topics whose past alone is shown, as part of that of a group. */
  #pastIds: readonly number[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isAsking = false;

  /** `known` is what the page has read already. */
  constructor(refreshMs: number, mayRead: boolean, known: readonly TopicValues[] = []) {
    this.#refreshMs = refreshMs;
    this.#mayRead = mayRead;
    for (const values of known) this.#take(values);
  }

  get isStopped(): boolean {
    return this.#stop.signal.aborted;
  }

  /** The row of a topic. It is there before its values are. */
  rowOf(id: number): BoardRow {
    let row = this.#rows.get(id);
    if (row === undefined) {
      row = new BoardRow(String(id));
      this.#rows.set(id, row);
    }
    return row;
  }

  /** Messages a second in each of the last minutes, the oldest first; empty while it is not known. The same array until it changes. */
  minutesOf(id: number): readonly number[] {
    return this.#minutes.get(id)?.rates ?? noMinutes;
  }

  /** The topic whose price stands for a group: the first with a bid, else the first with a price; null while there is none. */
  pricedOf(ids: readonly number[]): number | null {
    const hasPrice = (id: number): boolean => this.#rows.get(id)?.price('last').value != null;
    const priced = ids.filter(hasPrice);
    return priced.find((id) => this.#rows.get(id)?.price('bid').value != null) ?? priced[0] ?? null;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** The topics that are on the screen, and those whose past is part of a sum on it. */
  show(ids: readonly number[], pastIds: readonly number[] = []): void {
    this.#ids = ids;
    this.#pastIds = pastIds;
    if (!this.#isAsking) this.#schedule(settleMs);
  }

  stop(): void {
    this.#stop.abort();
    clearTimeout(this.#timer);
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (!this.isStopped) this.#timer = setTimeout(() => void this.#read(), delayMs);
  }

  async #read(): Promise<void> {
    this.#isAsking = true;
    const ids = this.#ids;
    try {
      // The price is what a reader looks for first.
      if (this.#mayRead) await this.#readValues(ids);
      await this.#readMinutes([...new Set([...ids, ...this.#pastIds])]);
    } catch (failure) {
      // The list itself reports failures of the broker. Any other error is a mistake of this page.
      if (!this.isStopped && !(failure instanceof ApiFailure)) throw failure;
    } finally {
      this.#isAsking = false;
    }
    this.#schedule(ids === this.#ids ? this.#refreshMs : settleMs);
  }

  async #readMinutes(ids: readonly number[]): Promise<void> {
    const nowMs = Date.now();
    const due = ids.filter((id) => nowMs - (this.#minutes.get(id)?.atMs ?? 0) >= pastMs);
    for (const some of pieces(due)) {
      const rows = await ask<readonly TopicMinutes[]>('/api/stats/topics/minutes', this.#options(some));
      for (const { id, msg_counts } of rows) {
        this.#minutes.set(id, { rates: msg_counts.map((count) => count / secondsOfMinute), atMs: nowMs });
      }
      for (const listener of this.#listeners) listener();
    }
  }

  async #readValues(ids: readonly number[]): Promise<void> {
    for (const some of pieces(ids)) {
      const rows = await ask<readonly TopicValues[]>('/api/topics/values', this.#options(some));
      for (const values of rows) this.#take(values);
      for (const listener of this.#listeners) listener();
    }
  }

  #take({ id, ...news }: TopicValues): void {
    const row = this.rowOf(id);
    if (row.sequence === news.sequence && row.receivedAtMs === news.received_at_ms) return;
    const update = { ...news, topic: row.topic, conflated: 0, is_snapshot: row.sequence === 0 };
    row.take(update, fieldsOfValues(news.values), performance.now());
    row.notify();
  }

  #options(ids: readonly number[]) {
    return { query: { ids: ids.join(',') }, signal: this.#stop.signal };
  }
}
