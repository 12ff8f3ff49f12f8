/** What a heartbeat needs of its link. */
export interface HeartbeatLink {
  /** Sends a PING, which the peer must answer. */
  ping(): void;
  /** Sends something that shows this side is alive and needs no answer. */
  sendAlive(): void;
  /** Calls back after all bytes that have already arrived were read. */
  afterReads(callback: () => void): void;
  /** The peer did not answer in time. */
  onSilent(): void;
}

/** The shortest `auth.ping_interval_sec` that a broker accepts: with a sign of life this often, the link is never silent for it. */
const aliveIntervalMs = 1_000;

/**
 * Finds a dead link. After `intervalMs` of silence it sends a PING; the link is dead if nothing arrives within `timeoutMs`. Any bytes
 * count as an answer.
 */
export class Heartbeat {
  readonly #link: HeartbeatLink;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #heardAtMs = performance.now();
  #isWaiting = false;
  #isPaused = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout>;

  constructor(intervalMs: number, timeoutMs: number, link: HeartbeatLink) {
    this.#intervalMs = intervalMs;
    this.#timeoutMs = timeoutMs;
    this.#link = link;
    this.#timer = setTimeout(() => this.#beat(), intervalMs);
  }

  /** Bytes have arrived. */
  heard(): void {
    this.#heardAtMs = performance.now();
    this.#isWaiting = false;
  }

  /**
   * Reading stops. A paused link proves nothing about the peer, and cannot answer the peer's PING. So it is not judged, and sends a
   * sign of life at intervals; the first one at once, because the peer may already wait for an answer.
   */
  pause(): void {
    this.#isPaused = true;
    this.#isWaiting = false;
    this.#sendAlive();
  }

  /** Reading goes on. */
  resume(): void {
    this.#isPaused = false;
    this.heard();
    this.#beatIn(this.#intervalMs);
  }

  /** Ends it: `onSilent` is not called any more. */
  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #beat(): void {
    if (this.#isPaused) return this.#sendAlive();
    if (this.#isWaiting) return this.#judge();
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < this.#intervalMs) return this.#beatIn(this.#intervalMs - silentMs);
    this.#isWaiting = true;
    this.#link.ping();
    this.#beatIn(this.#timeoutMs);
  }

  #sendAlive(): void {
    this.#link.sendAlive();
    this.#beatIn(aliveIntervalMs);
  }

  /** Only after pending reads: in a process that was busy, the answer may have arrived without being read. */
  #judge(): void {
    this.#link.afterReads(() => {
      if (this.#isStopped) return;
      if (this.#isWaiting) this.#link.onSilent();
      else this.#beatIn(this.#intervalMs);
    });
  }

  #beatIn(ms: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), Math.ceil(ms));
  }
}
