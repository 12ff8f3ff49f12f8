import {
  errorOfReply,
  Fifo,
  HeaderOffset,
  type MessageParts,
  MessageType,
  messageFrames,
  TimeoutError,
} from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { type MessageSpan, protocolError } from './message-scanner.js';
import type { Pending, PendingPublish } from './pending.js';
import { PublishBatch, type PublishFrame } from './publish-batch.js';
import type { ZmtpLink } from './zmtp-link.js';

/** Frames of a reply; the payload is the fifth. */
const replyFrameCount = 6;
const payloadFrame = 4;

/**
 * Requests and their replies on one connection. Replies carry no number: the first one belongs to the oldest request, so that a
 * request that was given up keeps its place.
 */
export class RequestChannel {
  readonly #link: () => ZmtpLink;
  readonly #requestTimeoutMs: number;
  readonly #pending = new Fifo<Pending>();
  readonly #batch: PublishBatch;
  /** Ticks an answer may take; one is a quarter of the time-out, a second at most. */
  readonly #timeoutTicks: number;
  readonly #tickMs: number;
  #tick = 0;
  #isFlushing = false;
  #endError: Error | null = null;
  #unansweredCount = 0;
  #confirmedCount = 0;
  #onEmpty: (() => void) | null = null;
  #watch: ReturnType<typeof setInterval> | null = null;

  constructor(link: () => ZmtpLink, requestTimeoutMs: number) {
    this.#link = link;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#tickMs = Math.max(1, Math.min(1_000, requestTimeoutMs / 4));
    this.#timeoutTicks = Math.ceil(requestTimeoutMs / this.#tickMs);
    this.#batch = new PublishBatch((bytes) => link().write(bytes));
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Publishes that nobody answers of which no later reply has shown that the broker has them. */
  get unconfirmedCount(): number {
    return this.#unansweredCount - this.#confirmedCount;
  }

  /** Sends a request; resolves with the body of its ACK, rejects with its ERROR. */
  request(parts: MessageParts): Promise<Record<string, unknown>> {
    if (this.#endError !== null) return Promise.reject(this.#endError);
    return new Promise((resolve, reject) => {
      this.#expect({
        kind: 'request',
        sentTick: 0,
        unansweredBefore: 0,
        settle: (error, body) => (error === null ? resolve(body ?? {}) : reject(error)),
      });
      this.#batch.addWhole(encodeMessage(messageFrames(parts)));
      this.#flushSoon();
    });
  }

  /** Sends a publish that will be answered; `settle` is called then. */
  publish(publish: PendingPublish): void {
    if (this.#endError !== null) return publish.settle(this.#endError);
    this.#expect(publish);
    this.#batch.add(publish.names, publish);
    this.#flushSoon();
  }

  /** Sends a publish that nobody answers. */
  publishUnanswered(names: Buffer, frame: PublishFrame): void {
    this.#unansweredCount++;
    this.#batch.add(names, frame);
    this.#flushSoon();
  }

  /** Resolves when the broker has worked off everything sent before. */
  async ping(): Promise<void> {
    await this.request({ type: MessageType.ping });
  }

  /** Resolves when everything has been answered, and what nobody answers has arrived, or after so long. */
  settled(waitMs: number): Promise<void> {
    // Whatever becomes of it: the wait ends either way.
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

  /** Writes what was gathered, now. */
  flush(): void {
    this.#batch.flush();
  }

  onMessage(buf: Buffer, span: MessageSpan): void {
    const type = buf[span.bounds[0]! + HeaderOffset.type];
    if (type === MessageType.ping) return this.#answerPing();
    const pending = this.#pending.shift();
    if (pending === undefined) throw protocolError('a reply that nobody asked for');
    this.#confirmedCount = pending.unansweredBefore;
    if (this.#pending.size === 0) this.#onEmpty?.();
    if (span.frameCount !== replyFrameCount) throw protocolError(`a reply of ${span.frameCount} frames`);
    if (type === MessageType.ack && pending.kind === 'publish') return pending.settle(null);
    if (type === MessageType.pong) return pending.settle(null);
    const body = parseBody(buf, span);
    if (type === MessageType.ack) return pending.settle(null, body);
    if (type !== MessageType.error) return pending.settle(protocolError(`a reply of type ${type}`));
    pending.settle(errorOfReply(Number(body.error_code), String(body.error_message ?? 'no text')));
  }

  /** The connection is gone: hands over whatever was not answered, oldest first. */
  end(error: Error): Pending[] {
    this.#endError = error;
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.#onEmpty?.();
    return this.#pending.drain();
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

  /** A reply that is late makes all after it worthless: which is whose can no longer be told. */
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

  /** Only the Python broker's kin send this. */
  #answerPing(): void {
    this.#batch.addWhole(encodeMessage(messageFrames({ type: MessageType.pong })));
    this.#flushSoon();
  }
}

function parseBody(buf: Buffer, { bounds }: MessageSpan): Record<string, unknown> {
  const text = buf.toString('utf8', bounds[2 * payloadFrame], bounds[2 * payloadFrame + 1]);
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw protocolError(`a reply that is no JSON: ${(error as Error).message}`);
  }
  if (typeof body !== 'object' || body === null) throw protocolError('a reply that is no JSON object');
  return body as Record<string, unknown>;
}
