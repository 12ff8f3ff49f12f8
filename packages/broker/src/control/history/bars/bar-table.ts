import { arrowPieces, type BufferedColumn } from '@pulsemq/codecs/arrow-buffers';
import { addPrice, type Bar, newBar } from '../../../bars/bar.js';
import { BarClock } from '../../../bars/bar-clock.js';
import { type JournalRecord, namesOf } from '../../../journal/record.js';
import type { Cells } from '../columns/cells.js';
import { NumberCells } from '../columns/number-cells.js';
import { arrowCells } from '../columns/stored-cells.js';
import { TimeCells } from '../columns/time-cells.js';
import { TopicCells } from '../columns/topic-cells.js';
import { FlatObjectReader } from '../flat-object.js';
import type { HistoryTable, TableColumn } from '../history-table.js';
import { type MessageRows, messageRows } from '../message-rows.js';
import { PayloadPlace } from '../payload-place.js';
import type { BarSettings } from './bar-settings.js';
import { ColumnUse } from './column-use.js';

/** The bars of one topic. */
interface TopicBars {
  readonly topic: string;
  readonly byStart: Map<number, Bar>;
  /** The one that got the last price. */
  last: Bar | null;
}

/** The figures that are float64; `count` is whole. */
const floats: ReadonlySet<string> = new Set(['open', 'high', 'low', 'close', 'volume']);

/**
 * Makes bars of the prices in messages, by the time of their receipt. Rows without a price, and messages that cannot be decoded, are left out; so
 * are intervals without a price. Memory holds bars, no messages.
 */
export class BarTable implements HistoryTable {
  readonly #settings: BarSettings;
  readonly #clock: BarClock;
  readonly #limitCount: number;
  readonly #topics = new Map<string, TopicBars>();
  readonly #price: ColumnUse;
  readonly #size: ColumnUse | null;
  readonly #flat = new FlatObjectReader();
  readonly #place = new PayloadPlace();
  #barCount = 0;
  #newestStartUs = 0;

  constructor(settings: BarSettings, limitCount: number) {
    this.#settings = settings;
    this.#clock = new BarClock(settings.everySeconds, settings.zone);
    this.#limitCount = limitCount;
    this.#price = new ColumnUse('price', settings.price);
    this.#size = settings.size === null ? null : new ColumnUse('size', settings.size);
  }

  get rowCount(): number {
    return Math.min(this.#barCount, this.#limitCount);
  }

  get hasMore(): boolean {
    return this.#barCount > this.#limitCount;
  }

  /** Bars have no texts of payloads. */
  get replacedCount(): number {
    return 0;
  }

  add(record: JournalRecord): boolean {
    const startUs = this.#clock.startUs(record.receivedAtUs);
    // The bars of the newest interval are not whole before a message of a later one comes.
    if (this.hasMore && startUs > this.#newestStartUs) return false;
    if (!this.#addFlat(record, startUs)) this.#addRows(record, startUs, messageRows(record));
    return true;
  }

  check(): void {
    this.#price.check();
    if (this.#barCount > 0) this.#size?.check();
  }

  /** Sorted by start, then by topic. */
  columns(): TableColumn[] {
    const bars = this.#sorted();
    const volume = this.#size === null ? [] : (['volume'] as const);
    const figures = ['open', 'high', 'low', 'close', ...volume, 'count'] as const;
    const columnOf = (name: string, cells: Cells, figure: (bar: Bar) => unknown): TableColumn => {
      for (const bar of bars) cells.add(figure(bar));
      return { name, cells, isFloat: floats.has(name) };
    };
    return [
      columnOf('_topic', new TopicCells(), ({ topic }) => topic),
      columnOf('_start', new TimeCells(this.#settings.zone), ({ startUs }) => startUs),
      ...figures.map((figure) => columnOf(figure, new NumberCells(), (bar) => bar[figure])),
    ];
  }

  arrowPieces(): Uint8Array[] {
    const columns = this.columns().map((column): BufferedColumn => [column.name, arrowCells(column, this.rowCount)]);
    return arrowPieces(columns, floats);
  }

  /** Adds the price of a message that is one flat JSON object with the columns of the bars. False for any other message. */
  #addFlat(record: JournalRecord, startUs: number): boolean {
    const { frames } = record;
    const place = this.#place;
    if (!place.findText(frames) || !this.#flat.read(frames, place.start, place.end)) return false;
    const priceAt = this.#flat.fieldOf(this.#settings.price);
    const sizeAt = this.#settings.size === null ? -1 : this.#flat.fieldOf(this.#settings.size);
    if (priceAt < 0 || (this.#size !== null && sizeAt < 0)) return false;
    this.#price.find();
    this.#size?.find();
    this.#addPrice(
      record,
      startUs,
      this.#flat.valueOf(priceAt, frames),
      sizeAt < 0 ? null : this.#flat.valueOf(sizeAt, frames),
    );
    return true;
  }

  #addRows(record: JournalRecord, startUs: number, { names, rows }: MessageRows): void {
    const priceAt = this.#price.placeIn(names, record, rows);
    if (priceAt < 0) return;
    const sizeAt = this.#size === null ? -1 : this.#size.placeIn(names, record, rows);
    for (const row of rows) this.#addPrice(record, startUs, row[priceAt], sizeAt < 0 ? null : row[sizeAt]);
  }

  #addPrice(record: JournalRecord, startUs: number, priceCell: unknown, sizeCell: unknown): void {
    const price = this.#price.numberOf(priceCell, record);
    if (price === null) return;
    const size = this.#size === null ? null : this.#size.numberOf(sizeCell, record);
    const bars = this.#topics.get(record.key) ?? this.#addTopic(record.key);
    addPrice(this.#barAt(bars, startUs, price), price, size ?? 0);
  }

  #barAt(bars: TopicBars, startUs: number, price: number): Bar {
    if (bars.last?.startUs === startUs) return bars.last;
    let bar = bars.byStart.get(startUs);
    if (bar === undefined) {
      bar = newBar(bars.topic, startUs, price);
      bars.byStart.set(startUs, bar);
      this.#barCount++;
      this.#newestStartUs = Math.max(this.#newestStartUs, startUs);
    }
    bars.last = bar;
    return bar;
  }

  #addTopic(key: string): TopicBars {
    const bars = { topic: namesOf(key).topic, byStart: new Map<number, Bar>(), last: null };
    this.#topics.set(key, bars);
    return bars;
  }

  #sorted(): Bar[] {
    const topics = [...this.#topics.values()].sort((left, right) => (left.topic < right.topic ? -1 : 1));
    const all = topics.flatMap(({ byStart }) => [...byStart.values()]);
    // Bars of one start stay in the order of their topics.
    all.sort((left, right) => left.startUs - right.startUs);
    return all.slice(0, this.#limitCount);
  }
}
