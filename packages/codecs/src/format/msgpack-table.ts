import { frameDepthMax } from '@pulsemq/protocol';
import { badPayload } from '../bad-payload.js';
import { checkSize } from '../frame/frame-columns.js';
import { MsgpackHeads } from './msgpack-heads.js';
import { MsgpackReader } from './msgpack-reader.js';

/** Called for each cell with the offset of its value. Returns the offset of its end. */
type CellVisitor = (column: number, row: number, at: number) => number;

/**
 * A table in MessagePack: an array of maps, one per row, or one map of arrays, one per column. Its size is bounded by a walk that makes
 * nothing but a list of the names, before any value is decoded: rows may each name other columns.
 */
export class MsgpackTable {
  readonly names: string[] = [];
  readonly rowCount: number;
  readonly #bytes: Uint8Array;
  readonly #heads: MsgpackHeads;
  readonly #reader: MsgpackReader;
  readonly #indexOf = new Map<string, number>();
  /** Start and end of the name of each column, in pairs. */
  readonly #nameBounds: number[] = [];
  readonly #isRows: boolean;

  /** Throws a PulseMQError `PMQ_BAD_PAYLOAD` for bytes that are not such a table, and a PayloadTooLargeError for too many cells. */
  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#heads = new MsgpackHeads(bytes);
    this.#reader = new MsgpackReader(bytes, this.#heads);
    const { kind, childCount } = this.#heads.at(0);
    this.#isRows = kind === 'array';
    if (kind !== 'array' && kind !== 'map') throw notTable();
    this.rowCount = this.#isRows ? childCount : this.#firstLength();
    const end = this.#visit((_column, _row, at) => this.#skip(at, 0));
    if (end !== bytes.length) throw badPayload('MessagePack payload has bytes after its first value');
  }

  /** Calls back with every cell, row by row or column by column. Cells that a row leaves out are not visited. */
  readCells(take: (column: number, row: number, value: unknown, isFloat: boolean) => void): void {
    this.#visit((column, row, at) => {
      const isFloat = this.#heads.at(at).kind === 'float';
      take(column, row, this.#reader.read(at), isFloat);
      return this.#reader.end;
    });
  }

  #visit(visit: CellVisitor): number {
    return this.#isRows ? this.#visitRows(visit) : this.#visitColumns(visit);
  }

  #visitRows(visit: CellVisitor): number {
    /** The row in which each column was seen last. */
    const lastRow: number[] = [];
    let at = this.#heads.at(0).end;
    for (let row = 0; row < this.rowCount; row++) {
      const { kind, end, childCount } = this.#heads.at(at);
      if (kind !== 'map') throw notTable();
      at = end;
      for (let entry = 0; entry < childCount / 2; entry++) {
        const nameEnd = this.#nameEnd(at);
        const column = this.#column(at, nameEnd, entry);
        if (lastRow[column] === row) throw this.#twice(column, `row ${row}`);
        lastRow[column] = row;
        at = visit(column, row, nameEnd);
      }
    }
    return at;
  }

  #visitColumns(visit: CellVisitor): number {
    const { end: first, childCount } = this.#heads.at(0);
    let at = first;
    for (let index = 0; index < childCount / 2; index++) {
      const nameEnd = this.#nameEnd(at);
      const column = this.#column(at, nameEnd, index);
      if (column !== index) throw this.#twice(column, 'the table');
      at = this.#visitColumn(column, nameEnd, visit);
    }
    return at;
  }

  #visitColumn(column: number, at: number, visit: CellVisitor): number {
    const { kind, end, childCount } = this.#heads.at(at);
    if (kind !== 'array') throw notTable();
    if (childCount !== this.rowCount) {
      const text = `column ${JSON.stringify(this.names[column])} has ${childCount} rows`;
      throw badPayload(`MessagePack payload is not a table: ${text}, the first column has ${this.rowCount}`);
    }
    let next = end;
    for (let row = 0; row < childCount; row++) next = visit(column, row, next);
    return next;
  }

  #firstLength(): number {
    const { end, childCount } = this.#heads.at(0);
    if (childCount === 0) return 0;
    const { kind, childCount: length } = this.#heads.at(this.#skip(end, 0));
    if (kind !== 'array') throw notTable();
    return length;
  }

  /** The column of a name. Rows mostly have the same columns in the same order, so the one at the same place is tried first. */
  #column(start: number, end: number, place: number): number {
    if (this.#isName(place, start, end)) return place;
    const name = this.#reader.readName(start);
    const known = this.#indexOf.get(name);
    if (known !== undefined) return known;
    checkSize(this.names.length + 1, this.rowCount);
    const column = this.names.push(name) - 1;
    this.#nameBounds.push(start, end);
    this.#indexOf.set(name, column);
    return column;
  }

  #isName(column: number, start: number, end: number): boolean {
    const knownStart = this.#nameBounds[2 * column];
    if (knownStart === undefined || this.#nameBounds[2 * column + 1]! - knownStart !== end - start) return false;
    for (let index = 0; index < end - start; index++) {
      if (this.#bytes[knownStart + index] !== this.#bytes[start + index]) return false;
    }
    return true;
  }

  #nameEnd(at: number): number {
    const { kind, end } = this.#heads.at(at);
    if (kind === 'text') return end;
    throw badPayload(`MessagePack payload has a column whose name is not text but ${kind}`);
  }

  /** Returns the end of the value at `at`. */
  #skip(at: number, depth: number): number {
    if (depth > frameDepthMax) throw badPayload(`MessagePack payload is nested more than ${frameDepthMax} deep`);
    const { end, childCount } = this.#heads.at(at);
    let next = end;
    for (let child = 0; child < childCount; child++) next = this.#skip(next, depth + 1);
    return next;
  }

  #twice(column: number, where: string): Error {
    return badPayload(
      `MessagePack payload has two columns of the name ${JSON.stringify(this.names[column])} in ${where}`,
    );
  }
}

const notTable = (): Error =>
  badPayload('MessagePack payload is not a table, expected an array of maps or a map of arrays');
