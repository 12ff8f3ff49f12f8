import { frameDepthMax } from '@pulsemq/protocol';
import { exactText, type NativeBytes, nativeBytes } from '#bytes';
import { badPayload } from '../bad-payload.js';
import { objectOf } from '../value/object-of.js';
import { PreciseDate } from '../value/precise-date.js';
import type { Head, MsgpackHeads } from './msgpack-heads.js';

/** Type of the extension for timestamps (the specification of msgpack.org), read as a signed byte. */
const timestampType = -1;

/** Reads values exactly: integers past 2^53 as bigint, timestamps with their nanoseconds. All methods throw `PMQ_BAD_PAYLOAD`. */
export class MsgpackReader {
  readonly #heads: MsgpackHeads;
  readonly #bytes: NativeBytes;
  readonly #view: DataView;
  /** End of the value that was read last. */
  end = 0;

  constructor(bytes: Uint8Array, heads: MsgpackHeads) {
    this.#heads = heads;
    this.#bytes = nativeBytes(bytes);
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** The value at `at`: null, boolean, number, bigint, string, bytes, Date, array or object. Sets `end`. */
  read(at: number, depth = 0): unknown {
    const head = this.#heads.at(at);
    this.end = head.end;
    switch (head.kind) {
      case 'nil':
        return null;
      case 'boolean':
        return this.#bytes[at] === 0xc3;
      case 'integer':
        return this.#integer(at, head);
      case 'float':
        return head.end - at === 5 ? this.#view.getFloat32(at + 1) : this.#view.getFloat64(at + 1);
      case 'text':
        return this.#text(head);
      case 'bytes':
        return this.#bytes.subarray(head.bodyAt, head.end);
      case 'extension':
        return this.#time(head);
      case 'array':
        return this.#array(head, depth);
      case 'map':
        return this.#object(head, depth);
      default:
        return head.kind satisfies never;
    }
  }

  /** The text at `at`, which must be one: the name of a column or field. Sets `end`. */
  readName(at: number): string {
    const head = this.#heads.at(at);
    if (head.kind !== 'text') throw badPayload(`MessagePack payload has a name that is ${head.kind}, expected text`);
    this.end = head.end;
    return this.#text(head);
  }

  #integer(at: number, { end }: Head): number | bigint {
    const first = this.#bytes[at]!;
    const view = this.#view;
    switch (first) {
      case 0xcc:
        return view.getUint8(at + 1);
      case 0xcd:
        return view.getUint16(at + 1);
      case 0xce:
        return view.getUint32(at + 1);
      case 0xcf:
        return narrowed(view.getBigUint64(at + 1));
      case 0xd0:
        return view.getInt8(at + 1);
      case 0xd1:
        return view.getInt16(at + 1);
      case 0xd2:
        return view.getInt32(at + 1);
      case 0xd3:
        return narrowed(view.getBigInt64(at + 1));
      default:
        return view.getInt8(end - 1);
    }
  }

  #text({ bodyAt, end }: Head): string {
    const text = exactText(this.#bytes, bodyAt, end);
    if (text === undefined) throw badPayload('MessagePack payload has a text that is not UTF-8');
    return text;
  }

  /** Timestamp 32, 64 or 96. */
  #time({ bodyAt, end }: Head): Date {
    const type = this.#view.getInt8(bodyAt - 1);
    const size = end - bodyAt;
    if (type !== timestampType || (size !== 4 && size !== 8 && size !== 12)) {
      throw badPayload(
        `MessagePack payload has the extension type ${type} of ${size} bytes, expected a timestamp (type -1)`,
      );
    }
    const [seconds, nanoseconds] = this.#timeParts(bodyAt, size);
    if (nanoseconds > 999_999_999n)
      throw badPayload(`MessagePack payload has a timestamp of ${nanoseconds} nanoseconds`);
    const total = seconds * 1_000_000_000n + nanoseconds;
    const precise = new PreciseDate(total);
    return precise.unit === 'ms' && !Number.isNaN(precise.getTime()) ? new Date(precise.getTime()) : precise;
  }

  #timeParts(at: number, size: 4 | 8 | 12): [seconds: bigint, nanoseconds: bigint] {
    if (size === 4) return [BigInt(this.#view.getUint32(at)), 0n];
    if (size === 12) return [this.#view.getBigInt64(at + 4), BigInt(this.#view.getUint32(at))];
    const both = this.#view.getBigUint64(at);
    return [both & 0x3_ffff_ffffn, both >> 34n];
  }

  #array({ end, childCount }: Head, depth: number): unknown[] {
    checkDepth(depth);
    const items: unknown[] = [];
    this.end = end;
    for (let index = 0; index < childCount; index++) items.push(this.read(this.end, depth + 1));
    return items;
  }

  #object({ end, childCount }: Head, depth: number): Record<string, unknown> {
    checkDepth(depth);
    const cells = new Map<string, unknown>();
    this.end = end;
    for (let entry = 0; entry < childCount / 2; entry++) {
      const name = this.readName(this.end);
      if (cells.has(name))
        throw badPayload(`MessagePack payload has an object with two fields of the name ${JSON.stringify(name)}`);
      cells.set(name, this.read(this.end, depth + 1));
    }
    const names = [...cells.keys()];
    return objectOf(names, (index) => cells.get(names[index]!));
  }
}

function checkDepth(depth: number): void {
  if (depth > frameDepthMax) throw badPayload(`MessagePack payload is nested more than ${frameDepthMax} deep`);
}

const narrowed = (value: bigint): number | bigint => (BigInt.asIntN(54, value) === value ? Number(value) : value);
