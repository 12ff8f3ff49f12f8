import { crc32 } from 'node:zlib';
import type { CompressionAlgorithm, PayloadFormat, ReceivedMessage } from '@pulsemq/client';
import { algorithmOfCode, CompressionCode, FormatCode, formatOfCode } from '@pulsemq/protocol';

/**
 * The recording format, version 1; docs/command-line.md describes it. A file consists of a head, one record per message, and an end
 * record with the number of messages. A length and a checksum precede each record, so that a cut or a change is detected.
 */

/** First eight bytes of a recording; the digit is the version. */
const magic = Buffer.from('PMQREC1\n', 'latin1');

export const headBytes = 16;
/** The length and the checksum before a record. */
export const recordHeadBytes = 8;
/** The fixed fields of a message, before its names. */
const fieldBytes = 36;
/** Limit of a record: the largest payload, what compression may add, and the names. */
export const recordMaxBytes = 96 * 1_048_576;

const Kind = { message: 1, end: 2 } as const;
const Bit = { snapshot: 0x01, conflated: 0x02, afterDrop: 0x04 } as const;
const Flag = { compression: 0x0f, doNotConflate: 0x40, maybeDuplicate: 0x80 } as const;

/** One message of a recording, exactly as it was received. */
export interface RecordedMessage {
  readonly namespace: string;
  readonly topic: string;
  readonly username: string;
  readonly payload: Buffer;
  readonly format: PayloadFormat;
  readonly compressed: CompressionAlgorithm | null;
  /** The broker's clock, Unix microseconds; 0 when the broker does not send it. */
  readonly receivedAtUs: number;
  /** The publisher's clock, Unix milliseconds. */
  readonly publishedAtMs: number;
  readonly epoch: number;
  readonly sequence: number;
  readonly isSnapshot: boolean;
  readonly isConflated: boolean;
  readonly afterDrop: boolean;
  readonly doNotConflate: boolean;
  readonly maybeDuplicate: boolean;
}

/** The content of a record. */
export type RecordContent =
  | { readonly kind: 'message'; readonly message: RecordedMessage }
  | { readonly kind: 'end'; readonly messageCount: number };

export function encodeHead(startedAtMs: number): Buffer {
  const head = Buffer.alloc(headBytes);
  magic.copy(head);
  head.writeBigInt64BE(BigInt(startedAtMs), 8);
  return head;
}

/** When a recording was started, Unix milliseconds; undefined when the head is not that of a recording. */
export const decodeHead = (head: Buffer): number | undefined =>
  head.length >= headBytes && head.subarray(0, magic.length).equals(magic) ? Number(head.readBigInt64BE(8)) : undefined;

/** The record of a message without its payload, which the caller writes after it. */
export function encodeMessage(message: ReceivedMessage): Buffer {
  const names = [message.namespace, message.topic, message.username].map((name) => Buffer.from(name));
  const fields = Buffer.alloc(fieldBytes);
  fields[0] = Kind.message;
  fields[1] = FormatCode[message.format];
  fields[2] = flagsOf(message);
  fields[3] = bitsOf(message);
  fields.writeUInt32BE(message.epoch, 4);
  fields.writeBigUInt64BE(BigInt(message.sequence), 8);
  fields.writeBigInt64BE(BigInt(Math.round((message.receivedAt ?? 0) * 1_000)), 16);
  fields.writeBigInt64BE(BigInt(message.timestamp), 24);
  for (const [index, name] of names.entries()) fields[32 + index] = name.length;
  return withHead([fields, ...names], message.payload);
}

export function encodeEnd(messageCount: number): Buffer {
  const fields = Buffer.alloc(16);
  fields[0] = Kind.end;
  fields.writeBigUInt64BE(BigInt(messageCount), 8);
  return withHead([fields], Buffer.alloc(0));
}

/** Puts the length and checksum of a record before it. `payload` counts, but is not part of the result. */
function withHead(parts: readonly Buffer[], payload: Uint8Array): Buffer {
  const first = Buffer.concat([Buffer.alloc(recordHeadBytes), ...parts]);
  const own = first.subarray(recordHeadBytes);
  first.writeUInt32BE(own.length + payload.length, 0);
  first.writeUInt32BE(crc32(payload, crc32(own)), 4);
  return first;
}

/** Decodes a record whose checksum is right. Returns the reason, for people, when it is not valid. */
export function decodeRecord(record: Buffer): RecordContent | string {
  if (record[0] === Kind.end && record.length === 16) {
    return { kind: 'end', messageCount: Number(record.readBigUInt64BE(8)) };
  }
  if (record[0] !== Kind.message || record.length < fieldBytes) return `has the unknown kind ${record[0]}`;
  const [format, flags, bits] = [formatOfCode(record[1]!), record[2]!, record[3]!];
  if (format === undefined) return `has the unknown payload format ${record[1]}`;
  let at = fieldBytes;
  const name = (index: number): string => {
    const start = at;
    at += record[32 + index]!;
    return record.toString('utf8', start, at);
  };
  const [namespace, topic, username] = [name(0), name(1), name(2)];
  if (at > record.length) return 'has names that are longer than the record';
  const message = {
    namespace,
    topic,
    username,
    format,
    payload: record.subarray(at),
    compressed: algorithmOfCode(flags & Flag.compression) ?? null,
    receivedAtUs: Number(record.readBigInt64BE(16)),
    publishedAtMs: Number(record.readBigInt64BE(24)),
    epoch: record.readUInt32BE(4),
    sequence: Number(record.readBigUInt64BE(8)),
    isSnapshot: (bits & Bit.snapshot) !== 0,
    isConflated: (bits & Bit.conflated) !== 0,
    afterDrop: (bits & Bit.afterDrop) !== 0,
    doNotConflate: (flags & Flag.doNotConflate) !== 0,
    maybeDuplicate: (flags & Flag.maybeDuplicate) !== 0,
  };
  return { kind: 'message', message };
}

const flagsOf = (message: ReceivedMessage): number =>
  (message.compressed === null ? 0 : CompressionCode[message.compressed]) |
  (message.doNotConflate ? Flag.doNotConflate : 0) |
  (message.maybeDuplicate ? Flag.maybeDuplicate : 0);

const bitsOf = (message: ReceivedMessage): number =>
  (message.isSnapshot ? Bit.snapshot : 0) |
  (message.isConflated ? Bit.conflated : 0) |
  (message.afterDrop ? Bit.afterDrop : 0);
