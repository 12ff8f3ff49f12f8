import { badPayload } from '../bad-payload.js';

const broken = (): Error => badPayload('Arrow stream has a broken message');

/**
 * A FlatBuffers table whose every offset is checked: what a length or offset claims must lie inside the metadata it stands in. The
 * decoders believe what they read and would allocate for four billion columns.
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
  }

  /** The root table of a buffer that begins at `start`. */
  static root(view: DataView, start: number, end: number): FlatTable {
    if (start + 4 > end) throw broken();
    return new FlatTable(view, start + view.getUint32(start, true), end);
  }

  u8(field: number): number {
    const at = this.#field(field, 1);
    return at === 0 ? 0 : this.#view.getUint8(at);
  }

  /** A number from 0; what is negative or past exact numbers is broken. */
  i64(field: number): number {
    const at = this.#field(field, 8);
    return at === 0 ? 0 : this.#count(at);
  }

  /** A table inside this one, or undefined. */
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

  /** Checks that a text, or any vector of bytes, lies inside. */
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
    if (value < 0 || value > Number.MAX_SAFE_INTEGER) throw broken();
    return value;
  }

  #inside(at: number, size: number): number {
    if (at < 0 || at + size > this.#end) throw broken();
    return at;
  }
}
