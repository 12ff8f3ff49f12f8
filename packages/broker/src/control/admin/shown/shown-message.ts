import {
  algorithmOfCode,
  compressionMask,
  type DeliveryBlock,
  decodeDeliveryBlock,
  decodeHeader,
  FormatCode,
  formatOfCode,
  type ShownMessage,
} from '@pulsemq/protocol';
import type { KeptValue } from '../../../port-questions.js';
import { bytesOf, oneShownMaxBytes, shownContent, tapShownMaxBytes, unreadable } from './shown-content.js';
import { type WireFrame, wireFrames } from './wire-frames.js';

type Numbers = Pick<DeliveryBlock, 'epoch' | 'sequence' | 'receivedAtUs'>;

/** Largest distance from 1970 that a Date can hold. */
const timeMaxMs = 8.64e15;

/** A delivery as subscribers get it: the key, the five frames of the publisher, the delivery block. */
export function shownDelivery(bytes: Uint8Array): ShownMessage {
  const [, ...frames] = wireFrames(bytes);
  const block = decodeDeliveryBlock(frames[5]!.body)!;
  return shownMessage(frames, block, tapShownMaxBytes);
}

/** A last value. The engine has cut a large one. */
export const shownValue = (value: KeptValue): ShownMessage =>
  shownMessage(wireFrames(value.frames), value, oneShownMaxBytes);

/** A last value in a list of many, with at most `maxBytes` of its content. */
export const listedValue = (value: KeptValue, maxBytes: number): ShownMessage =>
  shownMessage(wireFrames(value.frames), value, maxBytes);

/** The payload of a last value, with the format and compression of its header. */
export function valuePayload({ frames }: KeptValue): { payload: Buffer; format: string; compressed: string | null } {
  const [head, , , , payload] = wireFrames(frames) as [WireFrame, WireFrame, WireFrame, WireFrame, WireFrame];
  const { format, flags } = decodeHeader(head.body);
  return {
    payload: payload.body,
    format: formatOfCode(format) ?? String(format),
    compressed: algorithmOfCode(flags & compressionMask) ?? null,
  };
}

function shownMessage(frames: readonly WireFrame[], numbers: Numbers, maxBytes: number): ShownMessage {
  const [head, namespace, topic, username, payload] = frames as [WireFrame, WireFrame, WireFrame, WireFrame, WireFrame];
  const header = decodeHeader(head.body);
  return {
    namespace: namespace.body.toString(),
    topic: topic.body.toString(),
    username: username.body.toString(),
    epoch: numbers.epoch,
    sequence: numbers.sequence,
    published_at: timeText(header.timestamp),
    received_at: timeText(Math.floor(numbers.receivedAtUs / 1_000)),
    format: formatOfCode(header.format) ?? 'bytes',
    compressed: algorithmOfCode(header.flags & compressionMask) ?? null,
    payload_bytes: payload.bytes,
    content: contentOf(header, payload, maxBytes),
  };
}

function contentOf(header: { format: number; flags: number }, { body, bytes }: WireFrame, maxBytes: number) {
  const isCut = body.length < bytes;
  const isPlainBytes = header.format === FormatCode.bytes && (header.flags & compressionMask) === 0;
  if (isPlainBytes) return isCut ? bytesOf(body, true) : bytesOf(body);
  if (!isCut) return shownContent(header, body, maxBytes);
  return unreadable(`${bytes} bytes are too many to decode, the limit is ${maxBytes}; use ?raw=true`, body);
}

/** Clamped, because a publisher can send any time. */
const timeText = (ms: number): string => new Date(Math.max(-timeMaxMs, Math.min(timeMaxMs, ms))).toISOString();
