import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.js';
import { callerOf } from '../caller.js';
import type { LogIns } from '../log-ins.js';
import { EventStream } from './event-stream.js';

/** Streams that may be open together. */
const streamMaxCount = 200;
/** How often the log-ins behind the streams are looked at again. */
const checkMs = 1_000;
/** A comment so often, so that a reader knows a silent stream from a dead one. */
const beatChecks = 15;
/** A reader that has been behind for so many checks has stopped reading. */
const behindMaxChecks = 30;

/** All streams that are open: none outlives its log-in, and none is silent for long. */
export class EventStreams {
  readonly #logIns: LogIns;
  /** Each with the number of checks in a row that found it behind. */
  readonly #open = new Map<EventStream, number>();
  readonly #timer: NodeJS.Timeout;
  #checkCount = 0;

  constructor(app: FastifyInstance, logIns: LogIns, onError: (error: unknown) => void) {
    this.#logIns = logIns;
    this.#timer = setInterval(() => this.#check().catch(onError), checkMs);
    app.addHook('preClose', async () => this.#endAll());
  }

  /** Answers a request with a stream. Throws 429 when there are too many. */
  open(request: FastifyRequest, reply: FastifyReply): EventStream {
    if (this.#open.size >= streamMaxCount) {
      throw new ApiError(429, 'TOO_MANY_STREAMS', `${streamMaxCount} streams are open, the limit; close one`, {
        retryAfterSeconds: 5,
      });
    }
    const stream = new EventStream(reply, callerOf(request));
    this.#open.set(stream, 0);
    stream.onEnd(() => this.#open.delete(stream));
    return stream;
  }

  async #check(): Promise<void> {
    this.#checkCount++;
    for (const [stream, behindCount] of [...this.#open]) {
      const isCurrent = await this.#logIns.isCurrent(stream.caller);
      const count = stream.isBehind ? behindCount + 1 : 0;
      if (!isCurrent || count > behindMaxChecks) stream.end();
      // It may have gone in the meantime.
      if (this.#open.has(stream)) this.#open.set(stream, count);
      if (this.#checkCount % beatChecks === 0) stream.write(':\n\n');
    }
  }

  #endAll(): void {
    clearInterval(this.#timer);
    for (const stream of this.#open.keys()) stream.end();
  }
}
