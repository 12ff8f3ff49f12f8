import type { EngineCommand, EngineEvent, EngineLink } from '../port.js';
import { engineFailure } from './listen-errors.js';

/** How long the engine may write what is queued when the broker stops. */
const drainTimeoutMs = 2_000;

/** The ports the engine listens on. */
export interface EnginePorts {
  readonly pubPort: number;
  readonly subPort: number;
}

/** Starts the engine, drains it, and reports when it fails. */
export class EngineLifecycle {
  readonly #link: EngineLink;
  readonly #onFailed: (error: Error) => void;
  #starting: { resolve: (ports: EnginePorts) => void; reject: (error: Error) => void } | null = null;
  #onStopped: (() => void) | null = null;
  #draining: Promise<void> | null = null;
  #isStarted = false;
  #hasFailed = false;

  /** `onFailed` is called when the engine cannot go on; a failed start rejects `start` instead. */
  constructor(link: EngineLink, onFailed: (error: Error) => void) {
    this.#link = link;
    this.#onFailed = onFailed;
  }

  /** Resolves when the engine listens on both ports. Throws a StartupError. */
  async start(command: Extract<EngineCommand, { kind: 'start' }>): Promise<EnginePorts> {
    this.#isStarted = true;
    const listening = new Promise<EnginePorts>((resolve, reject) => {
      this.#starting = { resolve, reject };
    });
    this.#link.send(command);
    const { pubPort, subPort } = await listening;
    this.#starting = null;
    return { pubPort, subPort };
  }

  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /**
   * Resolves when the engine has written what is queued, or after twice the time it has for that. Before that it waits until clients have moved
   * to other brokers, at most `moveMs`. A second call ends that wait.
   */
  async drain(moveMs = 0): Promise<void> {
    // An engine that has failed writes nothing more.
    if (!this.#isStarted || this.#hasFailed) return;
    if (this.#draining === null) this.#draining = this.#drain(moveMs);
    else this.#link.send({ kind: 'drain', moveMs, timeoutMs: drainTimeoutMs });
    await this.#draining;
  }

  async #drain(moveMs: number): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.#onStopped = resolve;
    });
    this.#link.send({ kind: 'drain', moveMs, timeoutMs: drainTimeoutMs });
    const timer = setTimeout(() => this.#onStopped?.(), moveMs + 2 * drainTimeoutMs);
    await stopped;
    clearTimeout(timer);
  }

  onListening(ports: EnginePorts): void {
    this.#starting?.resolve(ports);
  }

  onFailure(event: Extract<EngineEvent, { kind: 'failed' }>): void {
    this.fail(engineFailure(event));
  }

  /** The engine is dead, or counts as dead. */
  fail(error: Error): void {
    this.#hasFailed = true;
    this.#onStopped?.();
    if (this.#starting === null) this.#onFailed(error);
    else this.#starting.reject(error);
  }

  onStopped(): void {
    this.#onStopped?.();
  }
}
