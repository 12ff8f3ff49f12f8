import { decodeHeader, encodeHeader, type Header, headerBytes, wireVersion } from './header.js';
import type { MessageType } from './message-type.js';

/**
 * A message has six frames: header, namespace, topic or pattern, username, payload, reserved. A delivery on the subscriber port has
 * a key frame `namespace:topic` before them.
 */

/** Frames of a message on the request port. */
export const messageFrameCount = 6;

/** Frames of a delivery on the subscriber port. */
export const deliveryFrameCount = 7;

/** The parts of a message to encode. A missing part becomes an empty frame. */
export interface MessageParts {
  readonly type: MessageType;
  /** A `FormatCode`. Default 0, bytes. */
  readonly format?: number;
  /** Compression code and `PubFlag` bits. Default 0. */
  readonly flags?: number;
  readonly namespace?: string;
  readonly topic?: string;
  readonly username?: string;
  readonly payload?: Uint8Array;
  readonly reserved?: Uint8Array;
  /** Unix milliseconds. Default: now. */
  readonly timestamp?: number;
}

/** A decoded message. `payload` and `reserved` are the given frames, not copies. */
export interface Message {
  readonly header: Header;
  readonly namespace: string;
  readonly topic: string;
  readonly username: string;
  readonly payload: Uint8Array;
  readonly reserved: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const empty = new Uint8Array(0);

/** Encodes the six frames of a message. */
export function messageFrames(parts: MessageParts): Uint8Array[] {
  const payload = parts.payload ?? empty;
  const header = encodeHeader({
    type: parts.type,
    format: parts.format ?? 0,
    flags: parts.flags ?? 0,
    payloadLength: payload.length,
    messageCount: 0,
    timestamp: parts.timestamp ?? Date.now(),
  });
  return [
    header,
    encoder.encode(parts.namespace ?? ''),
    encoder.encode(parts.topic ?? ''),
    encoder.encode(parts.username ?? ''),
    payload,
    parts.reserved ?? empty,
  ];
}

/** Encodes the key frame of a delivery, `namespace:topic`. */
export const keyFrame = (namespace: string, topic: string): Uint8Array => encoder.encode(`${namespace}:${topic}`);

/** Why frames are not a message, as a text to show. */
export type MalformedReason = string;

/** Decodes six frames. Returns the reason if they are not a message. Does not check message type and format. */
export function parseMessage(frames: readonly Uint8Array[]): Message | MalformedReason {
  if (frames.length !== messageFrameCount)
    return `a message has ${messageFrameCount} frames, this one has ${frames.length}`;
  const [head, namespace, topic, username, payload, reserved] = frames as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  if (head.length !== headerBytes) return `a header has ${headerBytes} bytes, this one has ${head.length}`;
  const header = decodeHeader(head);
  if (header.version !== wireVersion) return `wire version ${header.version} is unknown, expected ${wireVersion}`;
  try {
    const names = [decoder.decode(namespace), decoder.decode(topic), decoder.decode(username)] as const;
    return { header, namespace: names[0], topic: names[1], username: names[2], payload, reserved };
  } catch {
    return 'namespace, topic or username is not valid UTF-8';
  }
}
