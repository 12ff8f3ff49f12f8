import {
  errorOfReply,
  HeaderOffset,
  type MessageParts,
  MessageType,
  messageFrames,
  TimeoutError,
} from '@pulsemq/protocol';
import { encodeMessage } from '@pulsemq/zmtp';
import { Fifo } from './fifo.js';
import { type MessageSpan, protocolError } from './message-scanner.js';
import type { Pending, PendingPublish } from './pending.js';
import { PublishBatch } from './publish-batch.js';
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
  #isFlushing = false;
  #onEmpty: (() => void) | null = null;
  #watch: ReturnType<typeof setInterval> | null = null;

  constructor(link: () => ZmtpLink, requestTimeoutMs: number) {
    this.#link = link;
    this.#requestTimeoutMs = requestTimeoutMs;
    this.#batch = new PublishBatch((bytes) => link().write(bytes));
  }

  get pendingCount(): number {
    return this.#pending.size;
  }

  /** Sends a request; resolves with the body of its ACK, rejects with its ERROR. */
  request(parts: MessageParts): Promise<Record<string, unknown>> {
    return new Promise((resolve, reject) => {
      this.#expect({
        kind: 'request',
        sentAtMs: performance.now(),
        settle: (error, body) => (error === null ? resolve(body ?? {}) : reject(error)),
      });
      this.#batch.addWhole(encodeMessage(messageFrames(parts)));
      this.#flushSoon();
    });
  }

  /** Sends a publish that will be answered; `settle` is called then. */
  publish(publish: PendingPublish): void {
    publish.sentAtMs = performance.now();
    publish.wasSent = true;
    this.#expect(publish);
    this.#batch.add(publish.names, publish.frame);
    this.#flushSoon();
  }

  /** Sends a publish that nobody answers. */
  publishUnanswered(publish: Pick<PendingPublish, 'names' | 'frame'>): void {
    this.#batch.add(publish.names, publish.frame);
    this.#flushSoon();
  }

  /** Resolves when the broker has worked off everything sent before. */
  async ping(): Promise<void> {
    await this.request({ type: MessageType.ping });
  }

  /** Resolves when everything has been answered, or after so long. */
  settled(waitMs: number): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
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
  end(): Pending[] {
    if (this.#watch !== null) clearInterval(this.#watch);
    this.#watch = null;
    this.#onEmpty?.();
    return this.#pending.drain();
  }

  #expect(pending: Pending): void {
    this.#pending.push(pending);
    this.#watch ??= setInterval(() => this.#checkTimeout(), Math.min(1_000, this.#requestTimeoutMs / 4));
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
    const oldest = this.#pending.peek();
    if (oldest === undefined) {
      clearInterval(this.#watch!);
      this.#watch = null;
      return;
    }
    if (performance.now() - oldest.sentAtMs < this.#requestTimeoutMs) return;
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
