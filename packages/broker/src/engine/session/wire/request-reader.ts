import { messageFrameCount, payloadLimitBytes } from '@pulsemq/protocol';
import { encodeMessage, FrameFlag, frameBodyBytes, frameHeaderBytesOf } from '@pulsemq/zmtp';
import { ChunkPool } from '../../fanout/batch/chunk-pool.js';
import {
  badFlags,
  commandInsideMessage,
  commandTooLarge,
  maxFrameCount,
  messageTooLarge,
  tooManyFrames,
} from './bad-bytes.js';
import { LargeReader } from './large-reader.js';
import { Located, locate, RequestSpan } from './message-locator.js';
import { MessageSkipper } from './message-skipper.js';
import { malformed } from './refusal.js';
import type { RequestReceiver } from './request-receiver.js';

/** Bytes of a message in unusual form that are kept until it is whole; a longer one is passed over and refused. */
const irregularMaxBytes = 65_536;
/** Bytes that are kept of a message that has begun to arrive, before AUTH. */
const beforeAuthHeldBytes = 16_384;
/** Bytes that one message may announce: twice the largest payload. A longer one cannot be a payload that is a little too large, and ends the connection. */
export const messageMaxBytes = 2 * payloadLimitBytes.df_pyarrow;
/** Bytes that a ZMTP command may have. */
const commandMaxBytes = 8_192;

/**
 * Turns the bytes of one connection on the request port into messages. Whole messages are handed on where they lie in the read buffer;
 * only the one that a read has split is copied, and joined once.
 */
export class RequestReader {
  readonly #receiver: RequestReceiver;
  readonly #chunkPool: ChunkPool;
  /** The beginning of a message whose rest has not arrived. */
  #held: Buffer = nothing;
  #heldBytes = 0;
  #large: LargeReader | null = null;
  #skipper: MessageSkipper | null = null;
  #isStopped = false;
  /** Bytes of a message that may be kept until its rest arrives; the owner raises it when the peer has logged in. */
  maxHeldBytes = beforeAuthHeldBytes;

  constructor(receiver: RequestReceiver, chunkPool = new ChunkPool()) {
    this.#receiver = receiver;
    this.#chunkPool = chunkPool;
  }

  /** A large message is coming in. */
  get isReadingLarge(): boolean {
    return this.#large !== null;
  }

  /** Bytes allocated for a message that has begun to arrive and is not large. */
  get heldCapacityBytes(): number {
    return this.#held.length;
  }

  /** Stops before the next message: `push` returns where it begins. */
  stop(): void {
    this.#isStopped = true;
  }

  /** Gives back what a large message has taken so far. Call when the connection has closed. */
  close(): void {
    if (this.#large !== null) this.#chunkPool.give(this.#large.slabs);
    this.#large = null;
  }

  /**
   * Takes bytes [at, end) and returns the offset of the first one that was not taken: `end`, unless `stop` was called. Throws a ZmtpError
   * when they are not ZMTP or exceed a limit: the connection cannot go on.
   */
  push(buf: Buffer, at: number, end: number): number {
    this.#isStopped = false;
    while (at < end && !this.#isStopped) {
      if (this.#large !== null) at = this.#pushLarge(this.#large, buf, at, end);
      else if (this.#skipper !== null) at = this.#pushSkipper(this.#skipper, buf, at, end);
      else if (this.#heldBytes > 0) at = this.#topUp(buf, at, end);
      else at = this.#scan(buf, at, end);
    }
    return at;
  }

  /** Hands on every whole message. Returns the offset where something else begins, or `end`. */
  #scan(buf: Buffer, at: number, end: number): number {
    const span = sharedSpan;
    while (at < end && !this.#isStopped) {
      const located = locate(buf, at, end, span);
      if (located !== Located.whole) return this.#unusual(located, buf, at, end);
      this.#receiver.onMessage(span);
      at = span.reservedEnd;
    }
    return at;
  }

  #unusual(located: Located, buf: Buffer, at: number, end: number): number {
    if (located === Located.large) return this.#beginLarge(buf, at, end);
    if (located === Located.irregular) return this.#irregular(buf, at, end);
    this.#hold(buf, at, end);
    return end;
  }

  #hold(buf: Buffer, at: number, end: number): void {
    this.#checkHeld(end - at);
    this.#heldBytes = end - at;
    this.#held = Buffer.allocUnsafe(Math.max(256, this.#heldBytes * 2));
    buf.copy(this.#held, 0, at, end);
  }

  /** Completes the held message with just the bytes it lacks, so that the rest is scanned where it lies. */
  #topUp(buf: Buffer, at: number, end: number): number {
    while (at < end && this.#heldBytes > 0) {
      const taken = Math.min(this.#missingBytes(), end - at);
      this.#append(buf, at, at + taken);
      at += taken;
      this.#tryHeld();
    }
    return at;
  }

  #append(buf: Buffer, start: number, end: number): void {
    const needed = this.#heldBytes + end - start;
    this.#checkHeld(needed);
    if (needed > this.#held.length) {
      const grown = Buffer.allocUnsafe(needed * 2);
      this.#held.copy(grown, 0, 0, this.#heldBytes);
      this.#held = grown;
    }
    buf.copy(this.#held, this.#heldBytes, start, end);
    this.#heldBytes = needed;
  }

  #checkHeld(bytes: number): void {
    if (bytes > this.maxHeldBytes) throw messageTooLarge(bytes, this.maxHeldBytes);
  }

  /** Bytes the held message lacks at least: to the end of the next frame head, or of the frame. */
  #missingBytes(): number {
    const held = this.#held;
    for (let at = 0; ; ) {
      if (at + 2 > this.#heldBytes) return at + 2 - this.#heldBytes;
      const flags = held[at]!;
      const headBytes = frameHeaderBytesOf(flags);
      if (at + headBytes > this.#heldBytes) return at + headBytes - this.#heldBytes;
      at += headBytes + frameBodyBytes(held, at);
      if (at > this.#heldBytes) return at - this.#heldBytes;
      if ((flags & FrameFlag.more) === 0) return 1;
    }
  }

  #tryHeld(): void {
    const located = locate(this.#held, 0, this.#heldBytes, sharedSpan);
    if (located === Located.partial) return;
    const held = this.#held;
    const heldBytes = this.#heldBytes;
    this.#held = nothing;
    this.#heldBytes = 0;
    if (located === Located.whole) this.#receiver.onMessage(sharedSpan);
    else this.#unusual(located, held, 0, heldBytes);
  }

  #beginLarge(buf: Buffer, at: number, end: number): number {
    const span = sharedSpan;
    checkAnnounced(span.payloadEnd - span.start);
    const refusal = this.#receiver.refuseLarge(span);
    if (refusal !== undefined) {
      // The skipper begins inside frame 4, the fifth of six.
      this.#skipper = new MessageSkipper(refusal, span.payloadBytes, true, messageFrameCount - 1, messageMaxBytes);
      return this.#pushSkipper(this.#skipper, buf, span.payloadStart, end);
    }
    this.#large = new LargeReader(relativeSpan(span), this.#chunkPool);
    return this.#pushLarge(this.#large, buf, at, end);
  }

  #pushLarge(large: LargeReader, buf: Buffer, at: number, end: number): number {
    at = large.push(buf, at, end);
    if (large.isMalformed) {
      this.#large = null;
      this.#refuseRest(large.tailBodyBytes);
      return at;
    }
    if (!large.isWhole) return at;
    this.#large = null;
    this.#receiver.onLarge(large);
    return at;
  }

  /** The message has more than six frames, which shows only after its large payload. */
  #refuseRest(bodyBytes: number): void {
    const refusal = malformed(`a message has ${messageFrameCount} frames, this one has more`);
    this.#skipper = new MessageSkipper(refusal, bodyBytes, true, messageFrameCount, messageMaxBytes);
  }

  #pushSkipper(skipper: MessageSkipper, buf: Buffer, at: number, end: number): number {
    at = skipper.push(buf, at, end);
    if (skipper.isDone) {
      this.#skipper = null;
      this.#receiver.onRefused(skipper.refusal);
    }
    return at;
  }

  /** A command, another number of frames, or six frames with their lengths in an unusual form. */
  #irregular(buf: Buffer, start: number, end: number): number {
    const frames: Buffer[] = [];
    for (let at = start; ; ) {
      const head = frameHead(buf, at, end);
      if (head === undefined) return this.#holdIrregular(buf, start, end);
      const { flags, body, next } = head;
      if (flags & FrameFlag.command) return this.#command(buf, start, body, next, end, frames.length);
      if (next > end) return this.#partIrregular(buf, start, end, head, frames.length + 1);
      if (frames.push(buf.subarray(body, next)) > maxFrameCount) throw tooManyFrames();
      at = next;
      if ((flags & FrameFlag.more) === 0) {
        this.#wholeIrregular(frames);
        return at;
      }
    }
  }

  #command(buf: Buffer, start: number, body: number, next: number, end: number, framesBefore: number): number {
    if (framesBefore > 0) throw commandInsideMessage();
    if (next - body > commandMaxBytes) throw commandTooLarge(next - body, commandMaxBytes);
    if (next > end) return this.#holdIrregular(buf, start, end);
    this.#receiver.onCommand(buf, body, next);
    return next;
  }

  #holdIrregular(buf: Buffer, start: number, end: number): number {
    this.#hold(buf, start, end);
    return end;
  }

  #partIrregular(buf: Buffer, start: number, end: number, head: FrameHead, frameCount: number): number {
    checkAnnounced(head.next - start);
    if (head.next - start <= irregularMaxBytes) return this.#holdIrregular(buf, start, end);
    const refusal = malformed(
      `not the six frames of a message: frame ${frameCount} has ${head.next - head.body} bytes`,
    );
    const more = (head.flags & FrameFlag.more) !== 0;
    this.#skipper = new MessageSkipper(refusal, head.next - end, more, frameCount, messageMaxBytes);
    return end;
  }

  #wholeIrregular(frames: Buffer[]): void {
    if (frames.length === messageFrameCount) {
      const plain = Buffer.from(encodeMessage(frames));
      const located = locate(plain, 0, plain.length, sharedSpan);
      if (located === Located.whole) return this.#receiver.onMessage(sharedSpan);
      return this.#receiver.onRefused(
        malformed(`the header has 20 bytes, this one ${frames[0]!.length}, or a name is too long`),
      );
    }
    this.#receiver.onRefused(malformed(`a message has ${messageFrameCount} frames, this one ${frames.length}`));
  }
}

const nothing = Buffer.alloc(0);

/** One for all readers: a span is valid only during a call. */
const sharedSpan = new RequestSpan();

function checkAnnounced(messageBytes: number): void {
  if (messageBytes > messageMaxBytes) throw messageTooLarge(messageBytes, messageMaxBytes);
}

interface FrameHead {
  readonly flags: number;
  readonly body: number;
  readonly next: number;
}

/** The head of the frame at `at`, or undefined while it is not whole. Throws a ZmtpError on reserved bits. */
function frameHead(buf: Buffer, at: number, end: number): FrameHead | undefined {
  if (at >= end) return undefined;
  const flags = buf[at]!;
  if (flags > 7) throw badFlags(flags, 'are not ZMTP');
  const body = at + frameHeaderBytesOf(flags);
  return body > end ? undefined : { flags, body, next: body + frameBodyBytes(buf, at) };
}

function relativeSpan(span: RequestSpan): RequestSpan {
  const relative = new RequestSpan();
  relative.namespaceAt = span.namespaceAt - span.start;
  relative.topicAt = span.topicAt - span.start;
  relative.usernameAt = span.usernameAt - span.start;
  relative.payloadAt = span.payloadAt - span.start;
  relative.payloadStart = span.payloadStart - span.start;
  relative.payloadEnd = span.payloadEnd - span.start;
  return relative;
}
