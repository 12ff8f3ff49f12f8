import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import type { Caller } from '../caller.js';

/** Bytes that a reader may leave unread before it is disconnected; browsers reconnect by themselves. */
export const unreadMaxBytes = 1_048_576;
/** With more bytes unread than this, a stream that may skip events skips them. */
const behindBytes = 131_072;

/** One event in the format of server-sent events. */
export const eventFrame = (name: string, data: object): string => jsonFrame(name, JSON.stringify(data));

/** The same for data that is JSON already. */
export const jsonFrame = (name: string, json: string): string => `event: ${name}\ndata: ${json}\n\n`;

/** Server-sent events to one reader, with a limit on what it leaves unread. */
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
    // A comment, so that proxies and readers see at once that the stream has begun.
    this.#response.write(':\n\n');
  }

  /** True when the reader is so far behind that events which may be skipped should be. */
  get isBehind(): boolean {
    return this.#response.writableLength > behindBytes;
  }

  /** Writes frames made by `eventFrame`. Disconnects a reader that does not read. */
  write(frames: string): void {
    if (this.#response.writableEnded) return;
    if (this.#response.writableLength > unreadMaxBytes) this.end();
    else this.#response.write(frames);
  }

  /** Calls `listener` once, when everything that waits has been written. Call it only while something waits. */
  onDrain(listener: () => void): void {
    this.#response.once('drain', listener);
  }

  /** Calls `listener` once, when the reader has disconnected or was disconnected. */
  onEnd(listener: () => void): void {
    if (this.#response.closed) listener();
    else this.#response.once('close', listener);
  }

  /** Ends the stream. A reader that is not behind sees a whole answer; for one that is, nothing waits any longer. */
  end(): void {
    if (this.#response.writableLength > 0) this.cut();
    else this.#response.end();
  }

  /** Ends the stream and its connection. */
  cut(): void {
    this.#response.destroy();
  }
}
