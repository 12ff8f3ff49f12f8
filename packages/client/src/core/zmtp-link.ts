import { NotConnectedError, PulseMQError, TimeoutError } from '@pulsemq/protocol';
import {
  type CurveSession,
  encodePing,
  encodePong,
  Handshake,
  parseCommand,
  parsePing,
  ZmtpError,
  ZmtpErrorCode,
} from '@pulsemq/zmtp';
import { onAbort } from './abort.js';
import type { CurveLink, LoadedCurve } from './curve-link.js';
import { Heartbeat } from './heartbeat.js';
import { frameMaxBytes, MessageScanner, type MessageSpan } from './message-scanner.js';
import type { Platform } from './platform.js';
import type { SecuritySettings } from './security-options.js';
import { type Endpoint, endpointText, type Transport } from './transport.js';

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
export interface LinkOptions extends Endpoint {
  readonly security: SecuritySettings;
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
  #loadedCurve: LoadedCurve | null = null;
  #transport: Transport | null = null;
  /** Encryption by CURVE; null without it. */
  #curve: CurveLink | null = null;
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
    if (this.#isClosed) return;
    if (this.#curve === null) this.#transport?.write(bytes);
    else this.#writeSealed(this.#curve.seal(bytes));
  }

  #writeSealed(sealed: Uint8Array): void {
    if (sealed.length > 0) this.#transport?.write(sealed);
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
    const { host, port, url, timeoutMs, signal, socketType, security } = this.#options;
    const startedMs = performance.now();
    this.#loadedCurve = security.curve && (await this.#platform.openCurve());
    const curve = security.curve && this.#loadedCurve!.optionsOf(security.curve);
    const transport = await this.#platform.openTransport(
      { host, port, url, tls: security.tls, timeoutMs, signal },
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
      ...(curve === null ? { mechanisms: ['NULL'] } : { mechanisms: ['CURVE'], curve }),
      send: (bytes) => transport.write(bytes),
    });
    await this.#shakeHands(timeoutMs - (performance.now() - startedMs));
    this.#startHeartbeat();
  }

  #shakeHands(leftMs: number): Promise<void> {
    const { signal, timeoutMs } = this.#options;
    const name = endpointText(this.#options);
    return new Promise((resolve, reject) => {
      const stop = signal.aborted ? () => {} : onAbort(signal, () => this.close(signal.reason));
      const timer = setTimeout(
        () => this.close(new TimeoutError(`${name} did not finish its ZMTP handshake within ${timeoutMs} ms`)),
        Math.max(1, leftMs),
      );
      this.#onReady = () => {
        clearTimeout(timer);
        stop();
        this.#onReady = null;
        if (this.#handshake?.state === 'ready') resolve();
        else reject(this.#closeError ?? new NotConnectedError(`${name} closed the connection`));
      };
      if (signal.aborted) this.close(signal.reason);
      else this.#handshake?.start();
    });
  }

  /** ZMTP 3.0 does not have PING. */
  #startHeartbeat(): void {
    if (this.versionMinor === 0 || this.#isClosed) return;
    const { pingIntervalMs, pingTimeoutMs } = this.#options;
    const name = endpointText(this.#options);
    this.#heartbeat = new Heartbeat(pingIntervalMs, pingTimeoutMs, {
      ping: () => this.write(encodePing(0)),
      // PONG, not PING: the peer would answer each PING, and nothing reads the answers on a paused link.
      sendAlive: () => this.write(encodePong()),
      afterReads: (callback) => this.#platform.afterReads(callback),
      onSilent: () => this.close(new TimeoutError(`${name} did not answer a PING within ${pingTimeoutMs} ms`)),
    });
  }

  #onBytes(buf: Uint8Array, lengthBytes: number): void {
    this.#heartbeat?.heard();
    try {
      let at = 0;
      if (this.#onReady !== null) {
        at = this.#handshake!.push(buf, 0, lengthBytes);
        if (this.#handshake!.state !== 'ready') return;
        if (this.#handshake!.session !== null) this.#encrypt(this.#handshake!.session);
        this.#onReady();
      }
      if (this.#curve !== null) this.#curve.open(buf, at, lengthBytes);
      else this.#onPlain(buf, at, lengthBytes);
    } catch (error) {
      this.close(this.#readError(error as Error));
    }
  }

  #onPlain(buf: Uint8Array, start: number, end: number): void {
    if (start < end) this.#scanner.push(buf, start, end);
    this.#listener.onReadEnd?.();
  }

  #encrypt(session: CurveSession): void {
    this.#curve = this.#loadedCurve!.link(session, frameMaxBytes, (plain, end) => this.#onPlain(plain, 0, end));
  }

  /** A peer that does not speak ZMTP is not a broker: for the caller there is no connection. */
  #readError(error: Error): Error {
    if (!(error instanceof ZmtpError)) return error;
    if (error.code === ZmtpErrorCode.mechanismMismatch && this.#loadedCurve === null) {
      const where = endpointText(this.#options);
      const text = `${where} does not take clear text: give curve.serverKey or tls.ca (${error.message})`;
      return new NotConnectedError(text, { cause: error });
    }
    const text = `${endpointText(this.#options)} is not a broker, or its bytes were damaged: ${error.message}`;
    return new NotConnectedError(text, { cause: error });
  }

  #onCommand(buf: Uint8Array, start: number, end: number): void {
    const command = parseCommand(buf, start, end);
    if (command.name !== 'PING') return;
    this.write(encodePong(parsePing(buf, command.bodyStart, command.bodyEnd).context));
  }

  #onClosed(error: Error | null): void {
    this.#isClosed = true;
    this.#heartbeat?.stop();
    // A broker does not answer a client that expects another key.
    const isShaking = this.#onReady !== null && this.#loadedCurve !== null;
    const hint = isShaking ? ' in the CURVE handshake: check curve.serverKey' : '';
    this.#closeError ??= error instanceof PulseMQError ? error : this.#lostError(error, hint);
    if (this.#onReady !== null) this.#onReady();
    else this.#listener.onClose(this.#closeError);
  }

  #lostError(error: Error | null, hint: string): NotConnectedError {
    const what = error === null ? `closed by the broker${hint}` : `lost: ${error.message}`;
    const text = `the connection to ${endpointText(this.#options)} was ${what}`;
    return new NotConnectedError(text, error === null ? {} : { cause: error });
  }
}
