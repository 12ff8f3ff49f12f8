import { NotConnectedError, TimeoutError } from '@pulsemq/protocol';
import { encodePing, encodePong, Handshake, parseCommand, parsePing, ZmtpError } from '@pulsemq/zmtp';
import type { OpenTransport, Transport } from '../transport/transport.js';
import { Heartbeat } from './heartbeat.js';
import { MessageScanner, type MessageSpan } from './message-scanner.js';

/** What a link gives its owner. */
export interface LinkListener {
  onMessage(buf: Buffer, span: MessageSpan): void;
  /** A read has been worked off. */
  onReadEnd?(): void;
  onDrain?(): void;
  /** Once: the link is gone, by itself or because it was closed. */
  onClose(error: Error): void;
}

export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly socketType: 'DEALER' | 'XSUB' | 'SUB';
  readonly timeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Ends the try to open. */
  readonly signal: AbortSignal;
}

/** One ZMTP connection: handshake, messages, and a heartbeat that finds a link on which nothing comes any more. */
export class ZmtpLink {
  readonly #listener: LinkListener;
  readonly #options: LinkOptions;
  readonly #scanner: MessageScanner;
  #handshake: Handshake | null = null;
  #transport: Transport | null = null;
  #onReady: (() => void) | null = null;
  #closeError: Error | null = null;
  #isClosed = false;
  #heartbeat: Heartbeat | null = null;

  private constructor(options: LinkOptions, listener: LinkListener) {
    this.#options = options;
    this.#listener = listener;
    this.#scanner = new MessageScanner({
      onMessage: (buf, span) => this.#listener.onMessage(buf, span),
      onCommand: (buf, start, end) => this.#onCommand(buf, start, end),
    });
  }

  /** Connects and shakes hands; rejects when that fails, takes too long, or the signal of the options fires. */
  static async open(open: OpenTransport, options: LinkOptions, listener: LinkListener): Promise<ZmtpLink> {
    const link = new ZmtpLink(options, listener);
    await link.#open(open);
    return link;
  }

  /** Minor version of ZMTP both sides speak. */
  get versionMinor(): number {
    return this.#handshake?.peer.versionMinor ?? 0;
  }

  get pendingBytes(): number {
    return this.#transport?.pendingBytes ?? 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  write(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#transport?.write(bytes);
  }

  pause(): void {
    this.#transport?.pause();
    this.#heartbeat?.pause();
  }

  resume(): void {
    this.#transport?.resume();
    this.#heartbeat?.resume();
  }

  /** Ends it; the reason is what waits for it gets. */
  close(error: Error): void {
    this.#closeError ??= error;
    this.#transport?.close();
  }

  async #open(open: OpenTransport): Promise<void> {
    const { host, port, timeoutMs, signal, socketType } = this.#options;
    const startedMs = performance.now();
    const transport = await open(
      { host, port, timeoutMs, signal },
      {
        onBytes: (buf, lengthBytes) => this.#onBytes(buf, lengthBytes),
        onDrain: () => this.#listener.onDrain?.(),
        onClose: (error) => this.#onClosed(error),
      },
    );
    this.#transport = transport;
    this.#handshake = new Handshake({
      role: 'client',
      socketType,
      mechanisms: ['NULL'],
      send: (bytes) => transport.write(bytes),
    });
    await this.#shakeHands(timeoutMs - (performance.now() - startedMs));
    this.#startHeartbeat();
  }

  #shakeHands(timeoutMs: number): Promise<void> {
    const { host, port, signal } = this.#options;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.close(signal.reason);
      signal.addEventListener('abort', onAbort, { once: true });
      const timer = setTimeout(
        () => this.close(new TimeoutError(`${host}:${port} did not finish its ZMTP handshake in time`)),
        Math.max(1, timeoutMs),
      );
      this.#onReady = () => {
        clearTimeout(timer);
        signal.removeEventListener('abort', onAbort);
        this.#onReady = null;
        if (this.#handshake?.state === 'ready') resolve();
        else reject(this.#closeError ?? new NotConnectedError(`${host}:${port} closed the connection`));
      };
      if (signal.aborted) onAbort();
      else this.#handshake?.start();
    });
  }

  /** ZMTP 3.0 knows no PING. */
  #startHeartbeat(): void {
    if (this.versionMinor === 0 || this.#isClosed) return;
    const { pingIntervalMs, pingTimeoutMs, host, port } = this.#options;
    this.#heartbeat = new Heartbeat(pingIntervalMs, pingTimeoutMs, {
      ping: () => this.write(encodePing(0)),
      // A PONG nobody asked for: a PING would be answered, and the answers would pile up before a link that is not read.
      tell: () => this.write(encodePong()),
      onSilent: () => this.close(new TimeoutError(`${host}:${port} did not answer a PING within ${pingTimeoutMs} ms`)),
    });
  }

  #onBytes(buf: Buffer, lengthBytes: number): void {
    this.#heartbeat?.heard();
    try {
      let at = 0;
      if (this.#onReady !== null) {
        at = this.#handshake!.push(buf, 0, lengthBytes);
        if (this.#handshake!.state !== 'ready') return;
        this.#onReady();
      }
      if (at < lengthBytes) this.#scanner.push(buf, at, lengthBytes);
      this.#listener.onReadEnd?.();
    } catch (error) {
      this.close(this.#readError(error as Error));
    }
  }

  /** What is no ZMTP comes from no broker: for the caller that is no connection. */
  #readError(error: Error): Error {
    if (!(error instanceof ZmtpError)) return error;
    const { host, port } = this.#options;
    return new NotConnectedError(`${host}:${port} is no broker, or its bytes were damaged: ${error.message}`, {
      cause: error,
    });
  }

  #onCommand(buf: Buffer, start: number, end: number): void {
    const command = parseCommand(buf, start, end);
    if (command.name !== 'PING') return;
    this.write(encodePong(parsePing(buf, command.bodyStart, command.bodyEnd).context));
  }

  #onClosed(error: Error | null): void {
    this.#isClosed = true;
    this.#heartbeat?.stop();
    const { host, port } = this.#options;
    this.#closeError ??= new NotConnectedError(
      `the connection to ${host}:${port} was ${error === null ? 'closed by the broker' : `lost: ${error.message}`}`,
      error === null ? {} : { cause: error },
    );
    if (this.#onReady !== null) this.#onReady();
    else this.#listener.onClose(this.#closeError);
  }
}
