import {
  errorOfReply,
  Fifo,
  HeaderOffset,
  type MessageParts,
  MessageType,
  messageFrameCount,
  messageFrames,
  TimeoutError,
} from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { type MessageSpan, protocolError } from './message-scanner.js';
import type { Pending, PendingPublish, PendingRequest } from './pending.js';
import type { Allocate } from './platform.js';
import { PublishBatch, type PublishFrame } from './publish-batch.js';
import { utf8Text } from './utf8-text.js';
import type { ZmtpLink } from './zmtp-link.js';

/** The payload is the fifth frame of a reply. */
const payloadFrame = 4;

/**
 * Requests and their replies on one connection. Replies carry no number: each one answers the oldest request. So a request that was
 * given up keeps its place.
 */
export class RequestChannel {
  readonly #link: () => ZmtpLink;
  readonly #requestTimeoutMs: number;
  readonly #pending = new Fifo<Pending>();
  readonly #batch: PublishBatch;
  /** A reply may take this many ticks. A tick is a quarter of the time-out, at most a second. */
  readonly #timeoutTicks: number;
  readonly #tickMs: number;
  #tick = 0;
  #isFlushing = false;
  #endError: Error | null = null;
  #unansweredCount = 0;
  #confirmedCount = 0;
  #onEmpty: (() => void) | null = null;
  #watch: ReturnType<typeof setInterval> | null = null;

  constructor(link: () => ZmtpLink, requestTimeoutMs: number, allocate: Allocate) {
    this.#link = link;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#tickMs = Math.max(1, Math.min(1_000, requestTimeoutMs / 4));
    this.#timeoutTicks = Math.ceil(requestTimeoutMs / this.#tickMs);
    this.#batch = new PublishBatch((bytes) => link().write(bytes), allocate);
  }

  /** Requests and publishes that wait for a reply. */
  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Publishes without reply that no later reply has confirmed. */
  get unconfirmedCount(): number {
    return this.#unansweredCount - this.#confirmedCount;
  }

  /** Sends a request. Resolves with the body of its ACK; rejects with its ERROR, or when the connection is lost. */
  request(parts: MessageParts): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.#send(parts, null, (error, body) => (error === null ? resolve(body ?? {}) : reject(error)));
    });
  }

  /** The same for an answer that is not JSON: resolves with a copy of the payload of its ACK. */
  requestBytes(parts: MessageParts): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#send(parts, resolve, (error) => {
        if (error !== null) reject(error);
      });
    });
  }

  /** Sends a publish and settles it by its reply. */
  publish(publish: PendingPublish): void {
    if (this.#endError !== null) return publish.settle(this.#endError);
    this.#expect(publish);
    this.#batch.add(publish.names, publish);
    this.#flushSoon();
  }

  /** Sends a publish that gets no reply. */
  publishUnanswered(names: Uint8Array, frame: PublishFrame): void {
    this.#unansweredCount++;
    this.#batch.add(names, frame);
    this.#flushSoon();
  }

  /** Resolves when the broker has processed everything that was sent before. */
  async ping(): Promise<void> {
    await this.request({ type: MessageType.ping });
  }

  /** Resolves when everything that was sent is answered or confirmed, at the latest after `waitMs`. */
  settled(waitMs: number): Promise<void> {
    // A PING confirms the publishes without reply. If it fails, the connection is lost, which also ends the wait.
    if (this.unconfirmedCount > 0) this.ping().catch(() => {});
    if (this.#pending.size === 0) return Promise.resolve();
    this.flush();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, waitMs);
      this.#onEmpty = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** Writes the gathered messages now. */
  flush(): void {
    this.#batch.flush();
  }

  /** Takes a message of the broker. Throws a PulseMQError `PMQ_PROTOCOL` if it is not a valid reply. */
  onMessage(buf: Uint8Array, span: MessageSpan): void {
    const type = buf[span.bounds[0]! + HeaderOffset.type];
    if (type === MessageType.ping) return this.#answerPing();
    const pending = this.#pending.shift();
    if (pending === undefined) throw protocolError('it sent a reply without a request');
    this.#confirmedCount = pending.unansweredBefore;
    if (this.#pending.size === 0) this.#onEmpty?.();
    try {
      settleBy(buf, span, pending, type);
    } catch (error) {
      // The request is not in the queue any more, so the end of the connection would not settle it.
      pending.settle(error as Error);
      throw error;
    }
  }

  /** The connection is lost. Returns everything that was not answered, oldest first. */
  end(error: Error): Pending[] {
    this.#endError = error;
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.#onEmpty?.();
    return this.#pending.drain();
  }

  #send(parts: MessageParts, takeBytes: PendingRequest['takeBytes'], settle: PendingRequest['settle']): void {
    if (this.#endError !== null) return settle(this.#endError);
    this.#expect({ kind: 'request', sentTick: 0, unansweredBefore: 0, takeBytes, settle });
    this.#batch.addWhole(encodeMessage(messageFrames(parts)));
    this.#flushSoon();
  }

  #expect(pending: Pending): void {
    pending.sentTick = this.#tick;
    pending.unansweredBefore = this.#unansweredCount;
    this.#pending.push(pending);
    this.#watch ??= setInterval(() => this.#checkTimeout(), this.#tickMs);
  }

  #flushSoon(): void {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    queueMicrotask(() => {
      this.#isFlushing = false;
      this.#batch.flush();
    });
  }

  /** Closes the link if a reply is late: without its number, a later reply could not be assigned to its request. */
  #checkTimeout(): void {
    this.#tick++;
    const oldest = this.#pending.peek();
    if (oldest === undefined) {
      clearInterval(this.#watch!);
      this.#watch = null;
      return;
    }
    if (this.#tick - oldest.sentTick <= this.#timeoutTicks) return;
    this.#link().close(new TimeoutError(`the broker did not answer a request within ${this.#requestTimeoutMs} ms`));
  }

  /** Only the Python broker sends PING messages. */
  #answerPing(): void {
    this.#batch.addWhole(encodeMessage(messageFrames({ type: MessageType.pong })));
    this.#flushSoon();
  }
}

/** Settles a request by its reply. Throws a PulseMQError `PMQ_PROTOCOL` if it is not a valid reply. */
function settleBy(buf: Uint8Array, span: MessageSpan, pending: Pending, type: number | undefined): void {
  if (span.frameCount !== messageFrameCount) {
    throw protocolError(`a reply has ${span.frameCount} frames, expected ${messageFrameCount}`);
  }
  if (type === MessageType.ack && pending.kind === 'publish') return pending.settle(null);
  if (type === MessageType.pong) return pending.settle(null);
  if (type === MessageType.ack && pending.kind === 'request' && pending.takeBytes !== null) {
    // The transport overwrites the bytes of the read.
    return pending.takeBytes(buf.slice(span.bounds[2 * payloadFrame]!, span.bounds[2 * payloadFrame + 1]!));
  }
  const body = parseBody(buf, span);
  if (type === MessageType.ack) return pending.settle(null, body);
  if (type !== MessageType.error) throw protocolError(`a reply has message type ${type}, expected ACK, ERROR or PONG`);
  pending.settle(errorOfReply(Number(body.error_code), String(body.error_message ?? 'the broker gave no reason')));
}

function parseBody(buf: Uint8Array, { bounds }: MessageSpan): Record<string, unknown> {
  const text = utf8Text(buf, bounds[2 * payloadFrame]!, bounds[2 * payloadFrame + 1]!);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw protocolError(`a reply is not JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null) throw protocolError('a reply is not a JSON object');
  return body as Record<string, unknown>;
}
