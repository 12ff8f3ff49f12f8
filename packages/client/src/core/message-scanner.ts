import { ErrorCode, PulseMQError } from '@pulsemq/protocol';
import { FrameFlag } from '@pulsemq/zmtp';

/** Where the frames of one message lie. One object for all messages: read it before the call ends. */
export interface MessageSpan {
  /** Start and end of each frame's body, pairwise. */
  readonly bounds: Int32Array;
  frameCount: number;
  /** Where the bytes of this read end; those up to there stay as they are until the read has been worked off. */
  readEnd: number;
}

/** What a scanner finds. Buffers are used again after the call. */
export interface ScanReceiver {
  onMessage(buf: Buffer, span: MessageSpan): void;
  onCommand(buf: Buffer, start: number, end: number): void;
}

/** Deliveries have seven frames, replies six. */
const frameMaxCount = 8;
/** The largest payload there is, compressed at its worst, and room for a reserved frame. */
const frameMaxBytes = 96 * 1_048_576;

/**
 * Finds the messages in the bytes of a connection by position. Nothing is copied but a message that was split between two reads, and
 * of that only what is missing.
 */
export class MessageScanner {
  readonly #receiver: ScanReceiver;
  readonly #span: MessageSpan = { bounds: new Int32Array(2 * frameMaxCount), frameCount: 0, readEnd: 0 };
  /** The beginning of a message whose rest is still to come. */
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  /** Bytes the held message must have before it is worth looking at again. */
  #neededBytes = 0;

  constructor(receiver: ScanReceiver) {
    this.#receiver = receiver;
  }

  push(buf: Buffer, start: number, end: number): void {
    let at = start;
    while (this.#heldBytes > 0 && at < end) at = this.#fill(buf, at, end);
    if (at < end) this.#hold(buf, this.#scan(buf, at, end), end);
  }

  /** Gives the held message what it needs next, and no more; returns the offset after that. */
  #fill(buf: Buffer, at: number, end: number): number {
    const taken = Math.min(this.#neededBytes - this.#heldBytes, end - at);
    if (this.#heldBytes + taken > this.#held.length) this.#grow(this.#heldBytes + taken);
    buf.copy(this.#held, this.#heldBytes, at, at + taken);
    this.#heldBytes += taken;
    if (this.#heldBytes === this.#neededBytes && this.#scan(this.#held, 0, this.#heldBytes) > 0) {
      this.#heldBytes = 0;
      if (this.#held.length > frameMaxBytes / 64) this.#held = Buffer.alloc(0);
    }
    return at + taken;
  }

  #hold(buf: Buffer, at: number, end: number): void {
    if (at === end) return;
    if (end - at > this.#held.length) this.#grow(end - at);
    buf.copy(this.#held, 0, at, end);
    this.#heldBytes = end - at;
  }

  #grow(bytes: number): void {
    // At least what is known to come, but never more than twice what has come: a length is only a claim.
    const size = Math.max(bytes, Math.min(this.#neededBytes, Math.max(4_096, 2 * bytes)));
    const grown = Buffer.allocUnsafeSlow(size);
    this.#held.copy(grown, 0, 0, this.#heldBytes);
    this.#held = grown;
  }

  /** Hands on all whole messages; returns the offset of the first that is not whole and sets what it needs. */
  #scan(buf: Buffer, start: number, end: number): number {
    const { bounds } = this.#span;
    let at = start;
    let messageAt = start;
    let count = 0;
    this.#span.readEnd = end;
    while (at < end) {
      const flags = buf[at]!;
      const isLong = (flags & FrameFlag.long) !== 0;
      const body = at + (isLong ? 9 : 2);
      if (body > end) return this.#need(messageAt, body);
      const size = isLong ? longSize(buf, at + 1) : buf[at + 1]!;
      if (size > frameMaxBytes) throw protocolError(`a frame of ${size} bytes exceeds ${frameMaxBytes}`);
      const bodyEnd = body + size;
      if (bodyEnd > end) return this.#need(messageAt, bodyEnd);
      at = bodyEnd;
      if (flags & FrameFlag.command) {
        this.#receiver.onCommand(buf, body, bodyEnd);
        if (count === 0) messageAt = at;
        continue;
      }
      if (count === frameMaxCount) throw protocolError(`a message of more than ${frameMaxCount} frames`);
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

const longSize = (buf: Buffer, at: number): number => buf.readUInt32BE(at) * 0x1_0000_0000 + buf.readUInt32BE(at + 4);

export const protocolError = (text: string): PulseMQError =>
  new PulseMQError(ErrorCode.protocol, `the broker does not speak the protocol: ${text}`);
