import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ApiError } from '../api-error.js';
import { callerOf } from '../caller.js';
import type { LogIns } from '../log-in/log-ins.js';
import { EventStream } from './event-stream.js';

/** Streams that may be open at once. */
const streamMaxCount = 200;
/** Interval at which the log-in of each stream is checked. */
const checkMs = 1_000;
/** Checks between two comments. They let a reader distinguish a quiet stream from a dead one. */
const heartbeatChecks = 15;
/** Checks in a row after which a reader that is behind has stopped reading. */
const behindMaxChecks = 30;

/** All open streams. A stream ends with its log-in, and is never silent for long. */
export class EventStreams {
  readonly #logIns: LogIns;
  /** Streams, with the number of checks in a row that found each behind. */
  readonly #open = new Map<EventStream, number>();
  readonly #timer: NodeJS.Timeout;
  #checkCount = 0;

  constructor(app: FastifyInstance, logIns: LogIns, onError: (error: unknown) => void) {
    this.#logIns = logIns;
    this.#timer = setInterval(() => this.#check().catch(onError), checkMs);
    app.addHook('preClose', async () => this.#endAll());
  }

  /** Answers a request with a stream. Throws 429 when too many are open. */
  open(request: FastifyRequest, reply: FastifyReply): EventStream {
    if (this.#open.size >= streamMaxCount) {
      throw new ApiError(429, 'TOO_MANY_STREAMS', `${streamMaxCount} streams are open, the limit; close one of them`, {
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
      // The stream may have ended meanwhile.
      if (this.#open.has(stream)) this.#open.set(stream, count);
      if (this.#checkCount % heartbeatChecks === 0) stream.write(':\n\n');
    }
  }

  #endAll(): void {
    clearInterval(this.#timer);
    for (const stream of this.#open.keys()) stream.cut();
  }
}
