import { arrowPieces, type BufferedColumn } from '@pulsemq/codecs/arrow-buffers';
import type { JournalRecord } from '../../journal/record.js';
import type { Cells } from './columns/cells.js';
import { NumberCells } from './columns/number-cells.js';
import { PayloadColumn } from './columns/payload-column.js';
import { arrowCells } from './columns/stored-cells.js';
import { TimeCells } from './columns/time-cells.js';
import { TopicCells } from './columns/topic-cells.js';
import { FieldKind, FlatObjectReader } from './flat-object.js';
import { historyCellMaxCount, historyColumnMaxCount, historyMaxBytes } from './history-job.js';
import { HistoryRefusal } from './history-refusal.js';
import type { HistoryTable, TableColumn } from './history-table.js';
import { type MessageRows, messageRows } from './message-rows.js';
import { PayloadPlace } from './payload-place.js';
import { replaceHalves } from './text-halves.js';

/** The columns that come first in each answer. */
export const ownColumns = ['_topic', '_sequence', '_received_at'] as const;

/** Our columns keep their names; a column of payloads that has one of them gets another. */
const renamed = new Map<string, string>(ownColumns.map((name) => [name, `_payload${name}`]));

/** Collects the rows of messages by column. */
export class RowTable implements HistoryTable {
  readonly #topics = new TopicCells();
  readonly #sequences = new NumberCells();
  readonly #times = new TimeCells('UTC');
  readonly #columns = new Map<string, PayloadColumn>();
  readonly #isFixed: boolean;
  readonly #limitCount: number;
  readonly #flat = new FlatObjectReader();
  readonly #place = new PayloadPlace();
  /** The column of each name of `#flat`; null for one that was not asked for. */
  readonly #columnsOfFlat: (PayloadColumn | null)[] = [];
  #bytes = 0;
  #hasMore = false;
  #replacedCount = 0;

  /** `columns`: the columns of payloads to keep, in their order; null: all, in the order in which they appear. */
  constructor(columns: readonly string[] | null, limitCount: number) {
    this.#isFixed = columns !== null;
    this.#limitCount = limitCount;
    for (const name of columns ?? []) if (!renamed.has(name)) this.#columns.set(name, new PayloadColumn(name));
  }

  get rowCount(): number {
    return this.#topics.length;
  }

  get hasMore(): boolean {
    return this.#hasMore;
  }

  get replacedCount(): number {
    return this.#replacedCount;
  }

  /** Adds the rows of a message. False when they do not all fit the limit of rows. Throws a HistoryRefusal past the other limits. */
  add(record: JournalRecord): boolean {
    this.#bytes += record.frames.length;
    if (this.#bytes > historyMaxBytes) {
      throw new HistoryRefusal(
        'TOO_LARGE',
        `the messages have more than ${historyMaxBytes} bytes together, the limit; ask for a shorter time, fewer topics or fewer rows`,
      );
    }
    const { frames } = record;
    const place = this.#place;
    const isFlat = place.findText(frames) && this.#flat.read(frames, place.start, place.end);
    return isFlat && this.#findColumns() ? this.#addFlat(record) : this.#addRows(record, messageRows(record));
  }

  /** All rows have what was asked for: a column that no message has is empty. */
  check(): void {}

  columns(): TableColumn[] {
    const own: Cells[] = [this.#topics, this.#sequences, this.#times];
    const columns: TableColumn[] = own.map((cells, index) => ({ name: ownColumns[index]!, cells, isFloat: false }));
    for (const column of this.#columns.values()) {
      column.fill(this.rowCount);
      columns.push(column);
    }
    return columns;
  }

  /** The table as an Arrow IPC stream, in pieces. A column with values of several kinds has their JSON as text. */
  arrowPieces(): Uint8Array[] {
    const columns = this.columns();
    const floats = new Set(columns.filter(({ isFloat }) => isFloat).map(({ name }) => name));
    const buffered = columns.map((column): BufferedColumn => [column.name, arrowCells(column, this.rowCount)]);
    return arrowPieces(buffered, floats);
  }

  /** Adds the object that `#flat` has read. */
  #addFlat(record: JournalRecord): boolean {
    const flat = this.#flat;
    if (!this.#beginRow(record)) return false;
    const row = this.rowCount - 1;
    const { frames } = record;
    for (let field = 0; field < flat.fieldCount; field++) {
      const column = this.#columnsOfFlat[flat.nameNumbers[field]!]!;
      const kind = flat.kinds[field];
      if (column === null || kind === FieldKind.none) continue;
      if (kind === FieldKind.number) column.setNumber(row, flat.numbers[field]!);
      else if (kind === FieldKind.text) column.setUtf8(row, frames, flat.starts[field]!, flat.ends[field]!);
      else column.set(row, kind === FieldKind.true);
    }
    return true;
  }

  #addRows(record: JournalRecord, { names, rows, floats }: MessageRows): boolean {
    const columns = lastOfEach(names.map((name) => this.#columnOf(name, floats.has(name))));
    for (const row of rows) {
      if (!this.#beginRow(record)) return false;
      this.#setCells(columns, row);
    }
    return true;
  }

  /** Sets the cells of the newest row. */
  #setCells(columns: readonly (PayloadColumn | null)[], row: readonly unknown[]): void {
    for (const [index, column] of columns.entries()) {
      const value = row[index] ?? null;
      if (column === null || value === null) continue;
      const stored = typeof value === 'string' ? replaceHalves(value) : value;
      if (stored !== value) this.#replacedCount++;
      column.set(this.rowCount - 1, stored);
    }
  }

  /** False when there is no room for a row. */
  #beginRow({ key, sequence, receivedAtUs }: JournalRecord): boolean {
    if (this.rowCount === this.#limitCount) {
      this.#hasMore = true;
      return false;
    }
    if ((this.rowCount + 1) * this.#columns.size > historyCellMaxCount) {
      throw new HistoryRefusal(
        'TOO_LARGE',
        `the rows have more than ${historyCellMaxCount} cells together, the limit, in ${this.#columns.size} columns; choose some with columns, or ask for fewer rows`,
      );
    }
    this.#topics.addKey(key);
    this.#sequences.addNumber(sequence);
    this.#times.add(receivedAtUs);
    return true;
  }

  /** Finds the columns of the object that `#flat` has read. False when two of its names may have one column. */
  #findColumns(): boolean {
    const { fieldCount, nameNumbers, names } = this.#flat;
    for (let field = 0; field < fieldCount; field++) {
      const number = nameNumbers[field]!;
      if (this.#columnsOfFlat[number] !== undefined) continue;
      const name = names[number]!;
      if (renamed.has(name)) return false;
      this.#columnsOfFlat[number] = this.#columnOf(name, false);
    }
    return true;
  }

  /** The column of a name in payloads; null for one that was not asked for. */
  #columnOf(payloadName: string, isFloat: boolean): PayloadColumn | null {
    const name = renamed.get(payloadName) ?? replaceHalves(payloadName);
    let column = this.#columns.get(name) ?? null;
    if (column === null && !this.#isFixed) {
      if (this.#columns.size === historyColumnMaxCount) {
        throw new HistoryRefusal(
          'TOO_LARGE',
          `the messages have more than ${historyColumnMaxCount} columns, the limit; choose some with columns`,
        );
      }
      column = new PayloadColumn(name);
      this.#columns.set(name, column);
    }
    if (column !== null && isFloat) column.isFloat = true;
    return column;
  }
}

/** Columns without those that come again: a DataFrame may have two columns of one name, and the last one counts. */
function lastOfEach(columns: readonly (PayloadColumn | null)[]): readonly (PayloadColumn | null)[] {
  if (new Set(columns).size === columns.length) return columns;
  return columns.map((column, index) => (columns.lastIndexOf(column) === index ? column : null));
}
