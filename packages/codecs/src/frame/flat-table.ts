import { badPayload } from '../bad-payload.js';

const outside = (): Error => badPayload('Arrow stream has a message with an offset outside of it');

/**
 * A FlatBuffers table that checks every offset and length against the end of the metadata. The decoders do not check: they would
 * allocate memory for four billion columns. All methods throw a PulseMQError `PMQ_BAD_PAYLOAD` for an offset outside.
 */
export class FlatTable {
  readonly #view: DataView;
  readonly #end: number;
  readonly #table: number;
  readonly #vtable: number;
  readonly #vtableBytes: number;

  constructor(view: DataView, table: number, end: number) {
    this.#view = view;
    this.#end = end;
    this.#table = this.#inside(table, 4);
    this.#vtable = this.#inside(table - view.getInt32(table, true), 4);
    this.#vtableBytes = view.getUint16(this.#vtable, true);
    this.#inside(this.#vtable, this.#vtableBytes);
    // The decoder would read a field of which only the first byte is there: 288 bytes took all memory of a process.
    if (this.#vtableBytes % 2 !== 0) throw outside();
  }

  /** The root table of a buffer that begins at `start`. */
  static root(view: DataView, start: number, end: number): FlatTable {
    if (start + 4 > end) throw outside();
    return new FlatTable(view, start + view.getUint32(start, true), end);
  }

  /** A byte; 0 if the table does not have the field. */
  u8(field: number): number {
    const at = this.#field(field, 1);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  /** A 32-bit integer; 0 if the table does not have the field. */
  i32(field: number): number {
    const at = this.#field(field, 4);
    return at === 0 ? 0 : this.#view.getInt32(at, true);
  }

  /** A 64-bit integer from 0 to 2^53 - 1; 0 if the table does not have the field. Throws for any other value. */
  i64(field: number): number {
    const at = this.#field(field, 8);
    return at === 0 ? 0 : this.#count(at);
  }

  /** A table inside this one; undefined if there is none. */
  table(field: number): FlatTable | undefined {
    const at = this.#field(field, 4);
    return at === 0 ? undefined : new FlatTable(this.#view, this.#target(at), this.#end);
  }

  /** The tables of a vector. */
  *tables(field: number): Generator<FlatTable> {
    const [first, count] = this.#vector(field, 4);
    for (let index = 0; index < count; index++) {
      yield new FlatTable(this.#view, this.#target(first + 4 * index), this.#end);
    }
  }

  /** The pairs of 64-bit numbers of a vector of structs. */
  *pairs(field: number): Generator<[number, number]> {
    const [first, count] = this.#vector(field, 16);
    for (let at = first; at < first + 16 * count; at += 16) yield [this.#count(at), this.#count(at + 8)];
  }

  /** The 64-bit numbers of a vector. */
  *longs(field: number): Generator<number> {
    const [first, count] = this.#vector(field, 8);
    for (let at = first; at < first + 8 * count; at += 8) yield this.#count(at);
  }

  /** Number of items of a vector of tables; 0 if there is none. */
  vectorLength(field: number): number {
    return this.#vector(field, 4)[1];
  }

  /** Checks the position of a text or another vector of bytes. */
  checkBytes(field: number): void {
    this.#vector(field, 1);
  }

  #vector(field: number, itemBytes: number): [first: number, count: number] {
    const at = this.#field(field, 4);
    if (at === 0) return [0, 0];
    const vector = this.#inside(this.#target(at), 4);
    const count = this.#view.getUint32(vector, true);
    this.#inside(vector + 4, count * itemBytes);
    return [vector + 4, count];
  }

  #field(field: number, size: number): number {
    const slot = 4 + 2 * field;
    if (slot + 2 > this.#vtableBytes) return 0;
    const offset = this.#view.getUint16(this.#vtable + slot, true);
    return offset === 0 ? 0 : this.#inside(this.#table + offset, size);
  }

  #target(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  #count(at: number): number {
    const value = Number(this.#view.getBigInt64(at, true));
    if (value < 0 || value > Number.MAX_SAFE_INTEGER) throw outside();
    return value;
  }

  #inside(at: number, size: number): number {
    if (at < 0 || at + size > this.#end) throw outside();
    return at;
  }
}
