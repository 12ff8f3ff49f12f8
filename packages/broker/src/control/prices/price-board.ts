import { setTimeout } from 'node:timers/promises';
import { type WireFrame, wireMessages } from '../admin/shown/wire-frames.js';
import type { DecodeBudget } from '../admin/streams/decode-budget.js';
import type { Prices } from '../engine-prices.js';
import type { StatusChange, TopicStatusTable } from '../stats/topic-statuses.js';
import { PriceRow } from './price-row.js';
import type { Board, PriceViewer } from './price-viewer.js';

/** Columns of one board. Values under other names are left out. */
const columnMaxCount = 200;
/** Columns that come first, where they are found: those that a board of prices shows. */
const firstColumns = ['last', 'price', 'close', 'prev_close', 'bid', 'ask', 'volume'];
/** Time to wait when there is none left for decoding. */
const budgetWaitMs = 10;

/** What a board needs of the control plane. */
export interface PriceBoardParts {
  readonly statuses: TopicStatusTable;
  readonly budget: DecodeBudget;
}

/** The newest rows of the topics of one pattern, for all its viewers together: each value is decoded once. */
export class PriceBoard implements Board {
  readonly rows = new Map<string, PriceRow>();
  readonly viewers = new Set<PriceViewer>();
  columns: ReadonlySet<string> = new Set();
  columnsVersion = 0;
  readonly #namespace: string;
  readonly #parts: PriceBoardParts;
  readonly #stopListening: () => void;
  #isOpened = false;
  #isClosed = false;
  #leftOutCount = 0;

  constructor(namespace: string, parts: PriceBoardParts) {
    this.#namespace = namespace;
    this.#parts = parts;
    this.#stopListening = parts.statuses.listen((changed, changes) => {
      if (changed === namespace) this.#onStatuses(changes);
    });
  }

  get hasBegun(): boolean {
    return this.#isOpened || this.rows.size > 0;
  }

  /** The viewer gets all rows there are, then each change. */
  add(viewer: PriceViewer): void {
    this.viewers.add(viewer);
    for (const row of this.rows.values()) this.#tellAll(viewer, row);
    viewer.noteLeftOut(this.#leftOutCount);
    viewer.pump();
  }

  close(): void {
    this.#isClosed = true;
    this.#stopListening();
  }

  /** Takes what the engine reports. Resolves when it is decoded; that waits while the budget of decoding is spent. */
  async take({ messages, leftOutCount, isOpened }: Prices): Promise<void> {
    for (const frames of wireMessages(messages)) {
      const row = await this.#decoded(frames);
      if (row === null) return;
      this.#put(row);
    }
    this.#isOpened ||= isOpened;
    this.#leftOutCount = leftOutCount;
    for (const viewer of this.viewers) {
      viewer.noteLeftOut(leftOutCount);
      viewer.pump();
    }
  }

  /** Null when the board was closed meanwhile. */
  async #decoded(frames: readonly WireFrame[]): Promise<PriceRow | null> {
    while (!this.#isClosed) {
      const row = this.#parts.budget.spend(() => new PriceRow(frames));
      if (row !== undefined) return row;
      await setTimeout(budgetWaitMs);
    }
    return null;
  }

  #put(row: PriceRow): void {
    const isNew = !this.rows.has(row.topic);
    this.rows.set(row.topic, row);
    this.#learnColumns(row);
    for (const viewer of this.viewers) {
      if (isNew) this.#tellStatus(viewer, row.topic);
      viewer.noteRow(row, !this.#isOpened);
    }
  }

  #tellAll(viewer: PriceViewer, row: PriceRow): void {
    viewer.noteRow(row, true);
    this.#tellStatus(viewer, row.topic);
  }

  #tellStatus(viewer: PriceViewer, topic: string): void {
    const status = this.#parts.statuses.of(this.#namespace, topic);
    if (status !== undefined) viewer.noteStatus({ ...status, topic });
  }

  #learnColumns({ values }: PriceRow): void {
    let names: Set<string> | null = null;
    for (const name of values.keys()) {
      if (this.columns.has(name) || this.columns.size + (names?.size ?? 0) >= columnMaxCount) continue;
      names ??= new Set();
      names.add(name);
    }
    if (names === null) return;
    const all = new Set([...this.columns, ...names]);
    this.columns = new Set([...firstColumns.filter((name) => all.has(name)), ...all]);
    this.columnsVersion++;
  }

  #onStatuses(changes: readonly StatusChange[]): void {
    const shown = changes.map(({ now }) => now).filter(({ topic }) => this.rows.has(topic));
    for (const status of shown) {
      if (status.state === 'deleted') this.rows.delete(status.topic);
      for (const viewer of this.viewers) viewer.noteStatus(status);
    }
    if (shown.length > 0) for (const viewer of this.viewers) viewer.pump();
  }
}
