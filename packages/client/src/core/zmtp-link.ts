import { NotConnectedError, TimeoutError } from '@pulsemq/protocol';
import { encodePing, encodePong, Handshake, parseCommand, parsePing, ZmtpError } from '@pulsemq/zmtp';
import { onAbort } from './abort.js';
import { Heartbeat } from './heartbeat.js';
import { MessageScanner, type MessageSpan } from './message-scanner.js';
import type { Platform } from './platform.js';
import type { Transport } from './transport.js';

/** Receives the events of a link. */
export interface LinkListener {
  onMessage(buf: Uint8Array, span: MessageSpan): void;
  /** All messages of one read were handed on. */
  onReadEnd?(): void;
  onDrain?(): void;
  /** The link is closed. Called once. */
  onClose(error: Error): void;
}

/** How a link is opened. */
export interface LinkOptions {
  readonly host: string;
  readonly port: number;
  readonly socketType: 'DEALER' | 'XSUB' | 'SUB';
  /** Time to connect and for the handshake together. */
  readonly timeoutMs: number;
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
  /** Ends the attempt to open. */
  readonly signal: AbortSignal;
}

/** One ZMTP connection: handshake, messages, and a heartbeat that finds a dead link. */
export class ZmtpLink {
  readonly #listener: LinkListener;
  readonly #options: LinkOptions;
  readonly #platform: Platform;
  readonly #scanner: MessageScanner;
  #handshake: Handshake | null = null;
  #transport: Transport | null = null;
  #onReady: (() => void) | null = null;
  #closeError: Error | null = null;
  #isClosed = false;
  #heartbeat: Heartbeat | null = null;

  private constructor(options: LinkOptions, platform: Platform, listener: LinkListener) {
    this.#options = options;
    this.#platform = platform;
    this.#listener = listener;
    const receiver = {
      onMessage: (buf: Uint8Array, span: MessageSpan) => listener.onMessage(buf, span),
      onCommand: (buf: Uint8Array, start: number, end: number) => this.#onCommand(buf, start, end),
    };
    this.#scanner = new MessageScanner(receiver, platform.allocate);
  }

  /** Connects and shakes hands. Rejects with a NotConnectedError, a TimeoutError, or the reason of the options' signal. */
  static async open(options: LinkOptions, platform: Platform, listener: LinkListener): Promise<ZmtpLink> {
    const link = new ZmtpLink(options, platform, listener);
    await link.#open();
    return link;
  }

  /** Minor version of ZMTP that both sides speak. */
  get versionMinor(): number {
    return this.#handshake?.peer.versionMinor ?? 0;
  }

  /** Bytes that were written and that the system has not taken yet. */
  get pendingBytes(): number {
    return this.#transport?.pendingBytes ?? 0;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Writes bytes, which must not change afterwards. Does nothing on a closed link. */
  write(bytes: Uint8Array): void {
    if (!this.#isClosed) this.#transport?.write(bytes);
  }

  /** Stops reading. The link stays alive. */
  pause(): void {
    this.#transport?.pause();
    this.#heartbeat?.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#transport?.resume();
    this.#heartbeat?.resume();
  }

  /** Closes the link. `onClose` gets the error. */
  close(error: Error): void {
    this.#closeError ??= error;
    this.#transport?.close();
  }

  async #open(): Promise<void> {
    const { host, port, timeoutMs, signal, socketType } = this.#options;
    const startedMs = performance.now();
    const transport = await this.#platform.openTransport(
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

  #shakeHands(leftMs: number): Promise<void> {
    const { host, port, signal, timeoutMs } = this.#options;
    return new Promise((resolve, reject) => {
      const stop = signal.aborted ? () => {} : onAbort(signal, () => this.close(signal.reason));
      const timer = setTimeout(
        () => this.close(new TimeoutError(`${host}:${port} did not finish its ZMTP handshake within ${timeoutMs} ms`)),
        Math.max(1, leftMs),
      );
      this.#onReady = () => {
        clearTimeout(timer);
        stop();
        this.#onReady = null;
        if (this.#handshake?.state === 'ready') resolve();
        else reject(this.#closeError ?? new NotConnectedError(`${host}:${port} closed the connection`));
      };
      if (signal.aborted) this.close(signal.reason);
      else this.#handshake?.start();
    });
  }

  /** ZMTP 3.0 does not have PING. */
  #startHeartbeat(): void {
    if (this.versionMinor === 0 || this.#isClosed) return;
    const { pingIntervalMs, pingTimeoutMs, host, port } = this.#options;
    this.#heartbeat = new Heartbeat(pingIntervalMs, pingTimeoutMs, {
      ping: () => this.write(encodePing(0)),
      // PONG, not PING: the peer would answer each PING, and nothing reads the answers on a paused link.
      sendAlive: () => this.write(encodePong()),
      afterReads: (callback) => this.#platform.afterReads(callback),
      onSilent: () => this.close(new TimeoutError(`${host}:${port} did not answer a PING within ${pingTimeoutMs} ms`)),
    });
  }

  #onBytes(buf: Uint8Array, lengthBytes: number): void {
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

  /** A peer that does not speak ZMTP is not a broker: for the caller there is no connection. */
  #readError(error: Error): Error {
    if (!(error instanceof ZmtpError)) return error;
    const { host, port } = this.#options;
    return new NotConnectedError(`${host}:${port} is not a broker, or its bytes were damaged: ${error.message}`, {
      cause: error,
    });
  }

  #onCommand(buf: Uint8Array, start: number, end: number): void {
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
