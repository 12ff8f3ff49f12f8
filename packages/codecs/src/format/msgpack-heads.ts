import { badPayload } from '../bad-payload.js';

/** The kinds of MessagePack values. */
export type HeadKind = 'nil' | 'boolean' | 'integer' | 'float' | 'text' | 'bytes' | 'extension' | 'array' | 'map';

/** The head of a value. One object is used for all of them: read it before the next call. */
export interface Head {
  kind: HeadKind;
  /** Start of the bytes of a text, of bytes or of an extension, after their size and type. */
  bodyAt: number;
  /** End of the value; of an array or map, end of its head. */
  end: number;
  /** Values that follow: two per entry of a map, 0 for a plain value. */
  childCount: number;
}

/** Reads the heads of MessagePack values (the specification of msgpack.org) and checks that the values lie inside the bytes. */
export class MsgpackHeads {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  readonly #head: Head = { kind: 'nil', bodyAt: 0, end: 0, childCount: 0 };

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The head of the value at `at`. Throws a PulseMQError `PMQ_BAD_PAYLOAD` for the unused byte and for a value that is cut short. */
  at(at: number): Head {
    this.#need(at + 1);
    const first = this.#bytes[at]!;
    if (first <= 0x7f || first >= 0xe0) return this.#plain('integer', at, at + 1);
    if (first <= 0x8f) return this.#holder('map', at + 1, first & 0x0f);
    if (first <= 0x9f) return this.#holder('array', at + 1, first & 0x0f);
    if (first <= 0xbf) return this.#plain('text', at + 1, at + 1 + (first & 0x1f));
    if (first <= 0xc3) return this.#constant(first, at);
    if (first <= 0xc9 || (first >= 0xd4 && first <= 0xdb)) return this.#sized(first, at);
    if (first <= 0xd3) return this.#number(first, at);
    const isWide = (first & 1) === 1;
    const count = this.#size(at, isWide ? 4 : 2);
    return this.#holder(first >= 0xde ? 'map' : 'array', at + (isWide ? 5 : 3), count);
  }

  #constant(first: number, at: number): Head {
    if (first === 0xc1) throw badPayload('MessagePack payload has the unused byte 0xc1');
    return this.#plain(first === 0xc0 ? 'nil' : 'boolean', at, at + 1);
  }

  /** float 32 and 64, then uint 8 to 64, then int 8 to 64. */
  #number(first: number, at: number): Head {
    if (first <= 0xcb) return this.#plain('float', at, at + (first === 0xca ? 5 : 9));
    return this.#plain('integer', at, at + 1 + (1 << ((first - 0xcc) & 3)));
  }

  /** Texts, bytes and extensions. */
  #sized(first: number, at: number): Head {
    if (first >= 0xd9) return this.#body('text', at, sizeBytesOf(first - 0xd9), 0);
    if (first >= 0xd4) return this.#plain('extension', at + 2, at + 2 + (1 << (first - 0xd4)));
    if (first >= 0xc7) return this.#body('extension', at, sizeBytesOf(first - 0xc7), 1);
    return this.#body('bytes', at, sizeBytesOf(first - 0xc4), 0);
  }

  #body(kind: HeadKind, at: number, sizeBytes: 1 | 2 | 4, typeBytes: number): Head {
    const bodyAt = at + 1 + sizeBytes + typeBytes;
    return this.#plain(kind, bodyAt, bodyAt + this.#size(at, sizeBytes));
  }

  #size(at: number, sizeBytes: 1 | 2 | 4): number {
    this.#need(at + 1 + sizeBytes);
    if (sizeBytes === 1) return this.#view.getUint8(at + 1);
    return sizeBytes === 2 ? this.#view.getUint16(at + 1) : this.#view.getUint32(at + 1);
  }

  #plain(kind: HeadKind, bodyAt: number, end: number): Head {
    this.#need(end);
    return this.#set(kind, bodyAt, end, 0);
  }

  /** Each child has at least one byte, so a count past the end is refused before memory is allocated for it. */
  #holder(kind: 'array' | 'map', end: number, count: number): Head {
    const childCount = kind === 'map' ? 2 * count : count;
    this.#need(end + childCount);
    return this.#set(kind, end, end, childCount);
  }

  #set(kind: HeadKind, bodyAt: number, end: number, childCount: number): Head {
    const head = this.#head;
    head.kind = kind;
    head.bodyAt = bodyAt;
    head.end = end;
    head.childCount = childCount;
    return head;
  }

  #need(end: number): void {
    if (end > this.#bytes.length) throw badPayload('MessagePack payload is cut short');
  }
}

/** The sizes of texts, bytes and extensions have 1, 2 or 4 bytes, in the order of their first bytes. */
const sizeBytesOf = (index: number): 1 | 2 | 4 => (index === 0 ? 1 : index === 1 ? 2 : 4);
