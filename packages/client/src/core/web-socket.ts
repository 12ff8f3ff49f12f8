import { ErrorCode, NotConnectedError, PulseMQError, TimeoutError } from '@pulsemq/protocol';
import { onAbort } from './abort.js';
import type { OpenTransport, Transport, TransportListener, TransportTarget } from './transport.js';

/** WebSockets that carry ZMTP (docs/protocol.md, P130 to P137): binary frames, whose bounds mean nothing. */

/** What the broker agrees on. */
export const subprotocol = 'pulsemq.zmtp';

/** What is used of a WebSocket: the class of browsers and of Node, and that of the package `ws`. */
export interface SocketLike {
  binaryType: string;
  readonly protocol: string;
  readonly bufferedAmount: number;
  /** Takes no shared memory, of which the client has none. */
  send(bytes: Uint8Array<ArrayBuffer>): void;
  close(): void;
  addEventListener(type: 'open' | 'message' | 'error' | 'close', listener: (event: SocketEvent) => void): void;
  /** Ends without waiting for the peer. Only `ws` has it. */
  terminate?(): void;
  /** Stops reading. Only `ws` has it. */
  pause?(): void;
  resume?(): void;
}

/** The events of a WebSocket. */
export interface SocketEvent {
  readonly type: string;
  /** Of `message`. */
  readonly data?: unknown;
  /** Of `close`. */
  readonly code?: number;
  /** Of `error`. A browser leaves it out: a page must not look around in a network. */
  readonly message?: string;
}

/** Makes a WebSocket, which begins to connect. May throw. */
export type MakeSocket = (target: TransportTarget & { readonly url: string }) => SocketLike;

/** Opens transports on WebSockets. */
export const openWebSocketBy =
  (make: MakeSocket): OpenTransport =>
  (target, listener) =>
    new Promise((resolve, reject) => {
      const { timeoutMs, signal } = target;
      const url = target.url!;
      signal.throwIfAborted();
      const socket = made(make, { ...target, url });
      let transport: WebSocketTransport | null = null;
      let reason = '';
      const endAttempt = (): void => {
        clearTimeout(timer);
        stop();
      };
      const fail = (error: unknown): void => {
        endAttempt();
        shut(socket);
        reject(error);
      };
      const stop = onAbort(signal, () => fail(signal.reason));
      const timer = setTimeout(
        () => fail(new TimeoutError(`no connection to ${url} within ${timeoutMs} ms`)),
        timeoutMs,
      );
      socket.binaryType = 'arraybuffer';
      socket.addEventListener('open', () => {
        if (socket.protocol !== subprotocol) return fail(connectError(url, `it does not speak ${subprotocol}`));
        endAttempt();
        transport = new WebSocketTransport(socket, listener);
        resolve(transport);
      });
      socket.addEventListener('message', ({ data }) => transport?.take(data));
      socket.addEventListener('error', ({ message }) => {
        reason = message ?? '';
      });
      socket.addEventListener('close', ({ code }) => {
        if (transport === null) fail(connectError(url, reason || hiddenReason));
        else transport.end(isOrderly(code) ? null : new Error(reason || `the WebSocket ended with code ${code}`));
      });
    });

/** A browser shows the reason to its user, in the console, and hides it from the page. */
const hiddenReason =
  'is the broker there, does the browser trust its certificate, and is the origin of the page in server.allowed_origins?';

const connectError = (url: string, reason: string): NotConnectedError =>
  new NotConnectedError(`cannot connect to ${url}: ${reason}`);

/** A browser throws for `ws://` in a page that came by https. */
function made(make: MakeSocket, target: TransportTarget & { readonly url: string }): SocketLike {
  try {
    return make(target);
  } catch (cause) {
    if (cause instanceof PulseMQError) throw cause;
    throw new NotConnectedError(`cannot connect to ${target.url}: ${(cause as Error).message}`, { cause });
  }
}

/** RFC 6455 section 7.4.1: normal, going away, no code. */
const isOrderly = (code: number | undefined): boolean => code === 1000 || code === 1001 || code === 1005;

/** Waiting for the peer's answer could take half a minute. */
const shut = (socket: SocketLike): void => (socket.terminate === undefined ? socket.close() : socket.terminate());

/** Bytes that may wait while the program takes no messages. A browser cannot stop reading, so past it the connection ends. */
const queuedMaxBytes = 33_554_432;
/** Largest frame that is sent. The broker takes 67,108,864 bytes, other servers on the way maybe less. */
const frameMaxBytes = 1_048_576;
/** Bytes from which the end of sending is watched: a WebSocket has no event for it. */
const watchedBytes = 1_048_576;
const watchIntervalMs = 20;

class WebSocketTransport implements Transport {
  readonly #socket: SocketLike;
  readonly #listener: TransportListener;
  /** What has arrived and was not handed on. */
  #queue: Uint8Array[] = [];
  #queuedBytes = 0;
  /** The link that gets the bytes is being made: it cannot take them yet, nor hear of the end. */
  #isStarting = true;
  #isPaused = false;
  #isEnded = false;
  #endError: Error | null = null;
  #watch: ReturnType<typeof setInterval> | null = null;

  constructor(socket: SocketLike, listener: TransportListener) {
    this.#socket = socket;
    this.#listener = listener;
    // Later than all microtasks: the broker's first bytes may come together with its answer to the upgrade.
    setTimeout(() => {
      this.#isStarting = false;
      if (this.#isEnded) this.#listener.onClose(this.#endError);
      else this.#handOn();
    }, 0);
  }

  get pendingBytes(): number {
    return this.#socket.bufferedAmount;
  }

  write(bytes: Uint8Array): void {
    if (this.#isEnded) return;
    const own = bytes as Uint8Array<ArrayBuffer>;
    for (let at = 0; at < own.length; at += frameMaxBytes) this.#socket.send(own.subarray(at, at + frameMaxBytes));
    if (this.#watch === null && this.#socket.bufferedAmount > watchedBytes) this.#watchDrain();
  }

  pause(): void {
    this.#isPaused = true;
    this.#socket.pause?.();
  }

  resume(): void {
    this.#isPaused = false;
    this.#socket.resume?.();
    // Not at once: the caller is about to take one message itself.
    queueMicrotask(() => this.#handOn());
  }

  close(): void {
    this.end(null);
  }

  /** The data of a message. */
  take(data: unknown): void {
    if (this.#isEnded) return;
    if (!(data instanceof ArrayBuffer)) return this.end(new Error('it sent text, expected binary frames'));
    const bytes = new Uint8Array(data);
    if (this.#mayHandOn && this.#queue.length === 0) return this.#listener.onBytes(bytes, bytes.length);
    if (this.#queuedBytes > queuedMaxBytes) return this.end(tooMuch(this.#queuedBytes));
    this.#queue.push(bytes);
    this.#queuedBytes += bytes.length;
  }

  /** The connection has ended, or is to end. The first reason counts. */
  end(error: Error | null): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#endError = error;
    this.#queue = [];
    if (this.#watch !== null) clearInterval(this.#watch);
    shut(this.#socket);
    if (!this.#isStarting) queueMicrotask(() => this.#listener.onClose(error));
  }

  get #mayHandOn(): boolean {
    return !this.#isStarting && !this.#isPaused;
  }

  #handOn(): void {
    const queue = this.#queue;
    let count = 0;
    // To hand on may pause or end this transport.
    while (count < queue.length && this.#mayHandOn && !this.#isEnded) {
      const bytes = queue[count++]!;
      this.#queuedBytes -= bytes.length;
      this.#listener.onBytes(bytes, bytes.length);
    }
    queue.splice(0, count);
  }

  #watchDrain(): void {
    this.#watch = setInterval(() => {
      if (this.#socket.bufferedAmount > 0) return;
      clearInterval(this.#watch!);
      this.#watch = null;
      this.#listener.onDrain();
    }, watchIntervalMs);
  }
}

function tooMuch(queuedBytes: number): PulseMQError {
  const text = `${queuedBytes} bytes wait for a subscription that takes no messages, the limit is ${queuedMaxBytes} bytes`;
  return new PulseMQError(ErrorCode.limitReached, `${text}: take them faster, or subscribe with onSlow: 'conflate'`);
}
