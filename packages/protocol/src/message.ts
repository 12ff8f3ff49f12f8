import { decodeHeader, encodeHeader, type Header, headerBytes, wireVersion } from './header.js';
import type { MessageType } from './message-type.js';

/**
 * A message as its six frames: header, namespace, topic (or pattern), username, payload, reserved. On the subscriber
 * port a key frame `namespace:topic` stands before them.
 */

/** Frames of a message on the request port. */
export const messageFrameCount = 6;

/** Frames of a delivery on the subscriber port. */
export const deliveryFrameCount = 7;

/** What goes into a message; absent parts are empty frames. */
export interface MessageParts {
  readonly type: MessageType;
  /** A `FormatCode`; default 0, bytes. */
  readonly format?: number;
  /** Compression code and `PubFlag` bits; default 0. */
  readonly flags?: number;
  readonly namespace?: string;
  readonly topic?: string;
  readonly username?: string;
  readonly payload?: Uint8Array;
  readonly reserved?: Uint8Array;
  /** Unix milliseconds; default now. */
  readonly timestamp?: number;
}

/** A message read back from its frames. Payload and reserved are views of the frames given. */
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

/** The six frames of a message, header first. */
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

/** The key frame of a delivery: `namespace:topic`. */
export const keyFrame = (namespace: string, topic: string): Uint8Array => encoder.encode(`${namespace}:${topic}`);

/** Why six frames are no message; the words are ready to be shown. */
export type MalformedReason = string;

/** Reads six frames; returns the reason as text when they are no message. Types and formats are not judged here. */
export function parseMessage(frames: readonly Uint8Array[]): Message | MalformedReason {
  if (frames.length !== messageFrameCount)
    return `a message has ${messageFrameCount} frames, this one ${frames.length}`;
  const [head, namespace, topic, username, payload, reserved] = frames as [
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
    Uint8Array,
  ];
  if (head.length !== headerBytes) return `the header has ${headerBytes} bytes, this one ${head.length}`;
  const header = decodeHeader(head);
  if (header.version !== wireVersion) return `wire version ${header.version} is unknown, expected ${wireVersion}`;
  try {
    const names = [decoder.decode(namespace), decoder.decode(topic), decoder.decode(username)] as const;
    return { header, namespace: names[0], topic: names[1], username: names[2], payload, reserved };
  } catch {
    return 'namespace, topic or username is not valid UTF-8';
  }
}
