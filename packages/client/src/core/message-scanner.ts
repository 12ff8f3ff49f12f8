import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';
import type { Allocate } from './platform.js';

/** Position of the frames of one message. The scanner reuses one object: read it during the call. */
export interface MessageSpan {
  /** Start and end of the body of each frame, in pairs. */
  readonly bounds: Int32Array;
  frameCount: number;
  /** End of the bytes that stay unchanged until the current read is processed. */
  readEnd: number;
}

/** Receives what a scanner finds. The scanner reuses `buf` after the call. */
export interface ScanReceiver {
  onMessage(buf: Uint8Array, span: MessageSpan): void;
  /** A command; its body is `[start, end)`. */
  onCommand(buf: Uint8Array, start: number, end: number): void;
}

/** A delivery has seven frames, a reply six. */
const frameMaxCount = 8;
/** The largest payload with the worst case of its compression, and room for a reserved frame. */
export const frameMaxBytes = 96 * 1_048_576;
/** Memory that is kept for the next split message. */
const keptMaxBytes = 1_572_864;

/**
 * Finds the messages in the bytes of a connection, by position. Only a message that is split between two reads is copied, and of the
 * second read only the missing bytes.
 */
export class MessageScanner {
  readonly #receiver: ScanReceiver;
  readonly #allocate: Allocate;
  readonly #span: MessageSpan = { bounds: new Int32Array(2 * frameMaxCount), frameCount: 0, readEnd: 0 };
  /** The beginning of a message whose end has not arrived. */
  #held: Uint8Array = new Uint8Array(0);
  #heldBytes = 0;
  /** Size of the held part at which scanning can continue. */
  #neededBytes = 0;

  constructor(receiver: ScanReceiver, allocate: Allocate) {
    this.#receiver = receiver;
    this.#allocate = allocate;
  }

  /** Scans the bytes `[start, end)`. Throws a PulseMQError `PMQ_PROTOCOL` past the limits of a frame or message: close then. */
  push(buf: Uint8Array, start: number, end: number): void {
    let at = start;
    while (this.#heldBytes > 0 && at < end) at = this.#fill(buf, at, end);
    if (at < end) this.#hold(buf, this.#scan(buf, at, end), end);
  }

  /** Appends only the bytes that the held message needs next, so that the rest is scanned in place. Returns the offset after them. */
  #fill(buf: Uint8Array, at: number, end: number): number {
    const taken = Math.min(this.#neededBytes - this.#heldBytes, end - at);
    if (this.#heldBytes + taken > this.#held.length) this.#grow(this.#heldBytes + taken);
    this.#held.set(buf.subarray(at, at + taken), this.#heldBytes);
    this.#heldBytes += taken;
    if (this.#heldBytes === this.#neededBytes && this.#scan(this.#held, 0, this.#heldBytes) > 0) {
      this.#heldBytes = 0;
      if (this.#held.length > keptMaxBytes) this.#held = new Uint8Array(0);
    }
    return at + taken;
  }

  #hold(buf: Uint8Array, at: number, end: number): void {
    if (at === end) return;
    if (end - at > this.#held.length) this.#grow(end - at);
    this.#held.set(buf.subarray(at, end));
    this.#heldBytes = end - at;
  }

  /** Allocates what is known to be needed, but at most twice what has arrived: a length can announce any size. */
  #grow(sizeBytes: number): void {
    const grown = this.#allocate(Math.max(sizeBytes, Math.min(this.#neededBytes, Math.max(4_096, 2 * sizeBytes))));
    grown.set(this.#held.subarray(0, this.#heldBytes));
    this.#held = grown;
  }

  /** Hands on all whole messages. Returns the offset of the first incomplete one and sets what it needs. */
  #scan(buf: Uint8Array, start: number, end: number): number {
    const { bounds } = this.#span;
    let at = start;
    let messageAt = start;
    let count = 0;
    this.#span.readEnd = end;
    while (at < end) {
      const flags = buf[at]!;
      const body = at + frameHeaderBytesOf(flags);
      if (body > end) return this.#need(messageAt, body);
      const size = frameBodyBytes(buf, at);
      if (size > frameMaxBytes) throw protocolError(`a frame has ${size} bytes, the limit is ${frameMaxBytes} bytes`);
      const bodyEnd = body + size;
      if (bodyEnd > end) return this.#need(messageAt, bodyEnd);
      at = bodyEnd;
      if (flags & FrameFlag.command) {
        this.#receiver.onCommand(buf, body, bodyEnd);
        if (count === 0) messageAt = at;
        continue;
      }
      if (count === frameMaxCount) throw protocolError(`a message has more than ${frameMaxCount} frames`);
      bounds[2 * count] = body;
      bounds[2 * count + 1] = bodyEnd;
      count++;
      if (flags & FrameFlag.more) continue;
      this.#span.frameCount = count;
      count = 0;
      messageAt = at;
      this.#receiver.onMessage(buf, this.#span);
    }
    return count === 0 ? at : this.#need(messageAt, at + 2);
  }

  #need(messageAt: number, upTo: number): number {
    this.#neededBytes = upTo - messageAt;
    return messageAt;
  }
}

/** The error for bytes that the broker should not have sent. */
export const protocolError = (text: string): PulseMQError =>
  new PulseMQError(ErrorCode.protocol, `the broker broke the protocol: ${text}`);
