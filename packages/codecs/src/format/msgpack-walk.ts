import { asBuffer } from '../as-buffer.js';
import { badPayload } from '../bad-payload.js';

/** Reads the structure of MessagePack values without decoding them (the specification of msgpack.org). */

/** Levels of nested values. A table has two, and its cells may be lists. */
const depthMax = 64;

/** Called for each value of each map of the outer array, with the name of its key and its offset. */
export type CellVisitor = (name: string, at: number) => void;

/** Size of a fixed-size value by its first byte, from 0xc0. */
const fixedBytes: Record<number, number> = {
  192: 1,
  194: 1,
  195: 1,
  202: 5,
  203: 9,
  204: 2,
  205: 3,
  206: 5,
  207: 9,
  208: 2,
  209: 3,
  210: 5,
  211: 9,
  212: 3,
  213: 4,
  214: 6,
  215: 10,
  216: 18,
};

/** The head of a value. */
interface Head {
  /** End of the head. It is the end of the whole value unless the value has children. */
  readonly end: number;
  /** Values that follow: two per entry of a map, 0 for a plain value. */
  readonly childCount: number;
  readonly kind: 'array' | 'map' | 'plain';
}

/** Checks one MessagePack value, and visits the cells of an array of maps. All methods throw a PulseMQError `PMQ_BAD_PAYLOAD`. */
export class MsgpackWalk {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Throws unless the bytes are exactly one value, nested at most 64 deep. */
  check(): void {
    if (this.skip(0, 0) !== this.#bytes.length) throw badPayload('MessagePack payload has bytes after its first value');
  }

  /** Visits the cells if the value is an array of maps; returns false if it is not. */
  visitCells(visit: CellVisitor): boolean {
    const outer = this.#head(0);
    if (outer.kind !== 'array') return false;
    let at = outer.end;
    for (let row = 0; row < outer.childCount; row++) {
      const map = this.#head(at);
      if (map.kind !== 'map') return false;
      at = map.end;
      for (let entry = 0; entry < map.childCount / 2; entry++) {
        const keyEnd = this.skip(at, 0);
        visit(this.#text(at, keyEnd), keyEnd);
        at = this.skip(keyEnd, 0);
      }
    }
    return true;
  }

  /** Returns the end of the value at `at`. */
  skip(at: number, depth: number): number {
    if (depth > depthMax) throw badPayload(`MessagePack payload is nested more than ${depthMax} deep`);
    const { end, childCount } = this.#head(at);
    let next = end;
    for (let child = 0; child < childCount; child++) next = this.skip(next, depth + 1);
    return next;
  }

  /** The name in a key, which must be text. */
  #text(at: number, end: number): string {
    const first = this.#bytes[at]!;
    const headBytes = first >= 0xa0 && first <= 0xbf ? 1 : ({ 217: 2, 218: 3, 219: 5 }[first] ?? 0);
    if (headBytes === 0) throw badPayload('MessagePack payload has a column whose name is not text');
    return asBuffer(this.#bytes).toString('utf8', at + headBytes, end);
  }

  #head(at: number): Head {
    const first = this.#need(at, 1) && this.#bytes[at]!;
    if (first <= 0x7f || first >= 0xe0) return plain(at + 1);
    if (first <= 0x8f) return this.#holder('map', at + 1, first & 0x0f);
    if (first <= 0x9f) return this.#holder('array', at + 1, first & 0x0f);
    if (first <= 0xbf) return this.#plainOf(at + 1 + (first & 0x1f));
    const fixed = fixedBytes[first];
    if (fixed !== undefined) return this.#plainOf(at + fixed);
    return this.#sized(first, at);
  }

  /** Values whose size follows their first byte. */
  #sized(first: number, at: number): Head {
    switch (first) {
      case 0xc4:
      case 0xd9:
        return this.#plainOf(at + 2 + this.#size(at, 1));
      case 0xc5:
      case 0xda:
        return this.#plainOf(at + 3 + this.#size(at, 2));
      case 0xc6:
      case 0xdb:
        return this.#plainOf(at + 5 + this.#size(at, 4));
      case 0xc7:
        return this.#plainOf(at + 3 + this.#size(at, 1));
      case 0xc8:
        return this.#plainOf(at + 4 + this.#size(at, 2));
      case 0xc9:
        return this.#plainOf(at + 6 + this.#size(at, 4));
      case 0xdc:
        return this.#holder('array', at + 3, this.#size(at, 2));
      case 0xdd:
        return this.#holder('array', at + 5, this.#size(at, 4));
      case 0xde:
        return this.#holder('map', at + 3, this.#size(at, 2));
      case 0xdf:
        return this.#holder('map', at + 5, this.#size(at, 4));
      default:
        throw badPayload(`MessagePack payload has the unused byte 0x${first.toString(16)}`);
    }
  }

  #size(at: number, bytes: 1 | 2 | 4): number {
    this.#need(at, 1 + bytes);
    if (bytes === 1) return this.#view.getUint8(at + 1);
    return bytes === 2 ? this.#view.getUint16(at + 1) : this.#view.getUint32(at + 1);
  }

  /** Each child has at least one byte, so a count past the end is refused before memory is allocated for it. */
  #holder(kind: 'array' | 'map', end: number, count: number): Head {
    const childCount = kind === 'map' ? 2 * count : count;
    this.#need(end, childCount);
    return { end, childCount, kind };
  }

  #plainOf(end: number): Head {
    this.#need(end, 0);
    return plain(end);
  }

  #need(at: number, bytes: number): true {
    if (at + bytes > this.#bytes.length) throw badPayload('MessagePack payload is cut short');
    return true;
  }
}

const plain = (end: number): Head => ({ end, childCount: 0, kind: 'plain' });
