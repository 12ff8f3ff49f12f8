import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../caller.js';

/** What a reader may leave unread before it is cut off; it comes back by itself. */
const unreadMaxBytes = 1_048_576;
/** With so much unread it gets nothing more for now where leaving out is honest. */
const behindBytes = 131_072;

/** One event as it goes over the wire. */
export const eventFrame = (name: string, data: object): string => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

/** Server-sent events to one reader, held to what it reads. */
export class EventStream {
  readonly caller: Caller;
  readonly #response: ServerResponse;

  constructor(reply: FastifyReply, caller: Caller) {
    this.caller = caller;
    this.#response = reply.raw;
    reply.hijack();
    this.#response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    });
    // Proxies and readers see at once that it has begun.
    this.#response.write(':\n\n');
  }

  /** Has read so little that what can be left out should be. */
  get isBehind(): boolean {
    return this.#response.writableLength > behindBytes;
  }

  /** Writes frames made by `eventFrame`; a reader that does not read is cut off. */
  write(frames: string): void {
    if (this.#response.writableLength > unreadMaxBytes) this.end();
    else this.#response.write(frames);
  }

  /** Called once, when the reader has gone or was cut off. */
  onEnd(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.once('close', listener);
  }

  end(): void {
    this.#response.destroy();
  }
}
