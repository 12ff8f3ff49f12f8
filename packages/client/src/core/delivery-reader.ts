import {
  BlockOffset,
  deliveryBlockBytes,
  deliveryBlockVersion,
  deliveryFrameCount,
  HeaderOffset,
} from '@pulsemq/protocol';
import { type MessageSpan, protocolError } from './message-scanner.js';
import { ReceivedMessage } from './received-message.js';
import type { TopicState } from './topic-table.js';

/** Frames of a delivery. */
const frame = { key: 0, header: 1, username: 4, payload: 5, reserved: 6 } as const;

/** Makes messages of deliveries, by position; a username that repeats is one string. */
export class DeliveryReader {
  #usernameBytes = Buffer.alloc(0);
  #username = '';

  /** The key, as text. Keys are ASCII. Throws when this is no delivery. */
  key(buf: Buffer, { bounds, frameCount }: MessageSpan): string {
    if (frameCount !== deliveryFrameCount) throw protocolError(`a delivery of ${frameCount} frames`);
    return buf.toString('latin1', bounds[2 * frame.key], bounds[2 * frame.key + 1]);
  }

  read(state: TopicState, buf: Buffer, { bounds }: MessageSpan): ReceivedMessage {
    const header = bounds[2 * frame.header]!;
    const payloadStart = bounds[2 * frame.payload]!;
    const payloadEnd = bounds[2 * frame.payload + 1]!;
    const payload = Buffer.allocUnsafe(payloadEnd - payloadStart);
    buf.copy(payload, 0, payloadStart, payloadEnd);
    const block = bounds[2 * frame.reserved]!;
    const hasBlock =
      bounds[2 * frame.reserved + 1]! - block >= deliveryBlockBytes && buf[block] === deliveryBlockVersion;
    return new ReceivedMessage(state.namespace, state.topic, payload, {
      formatCode: buf[header + HeaderOffset.format]!,
      flags: buf[header + HeaderOffset.flags]!,
      timestamp: readI64(buf, header + HeaderOffset.timestamp),
      username: this.#usernameAt(buf, bounds[2 * frame.username]!, bounds[2 * frame.username + 1]!),
      bits: hasBlock ? buf[block + BlockOffset.bits]! : 0,
      epoch: hasBlock ? readU32(buf, block + BlockOffset.epoch) : 0,
      sequence: hasBlock ? readI64(buf, block + BlockOffset.sequence) : 0,
      receivedAtUs: hasBlock ? readI64(buf, block + BlockOffset.receivedAt) : 0,
    });
  }

  #usernameAt(buf: Buffer, start: number, end: number): string {
    const known = this.#usernameBytes;
    if (end - start === known.length && isSame(buf, start, known)) return this.#username;
    this.#usernameBytes = Buffer.from(buf.subarray(start, end));
    this.#username = this.#usernameBytes.toString('utf8');
    return this.#username;
  }
}

function isSame(buf: Buffer, start: number, other: Buffer): boolean {
  for (let index = 0; index < other.length; index++) if (buf[start + index] !== other[index]) return false;
  return true;
}

const readU32 = (buf: Buffer, at: number): number =>
  ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;

/** Exact up to 2^53, which no clock and no sequence reaches. */
const readI64 = (buf: Buffer, at: number): number => (readU32(buf, at) | 0) * 0x1_0000_0000 + readU32(buf, at + 4);
