/** What a heartbeat needs of its link. */
export interface HeartbeatLink {
  /** Asks the peer whether it is there. */
  ping(): void;
  /** The peer did not answer in time. */
  onSilent(): void;
}

/**
 * Finds a link on which nothing comes any more: after `intervalMs` of silence the peer is asked, and must be heard within
 * `timeoutMs`. Anything that comes counts, not only the answer.
 */
export class Heartbeat {
  readonly #link: HeartbeatLink;
  readonly #intervalMs: number;
  readonly #timeoutMs: number;
  #heardAtMs = performance.now();
  #isAsking = false;
  #isPaused = false;
  #isStopped = false;
  #timer: ReturnType<typeof setTimeout>;

  constructor(intervalMs: number, timeoutMs: number, link: HeartbeatLink) {
    this.#intervalMs = intervalMs;
    this.#timeoutMs = timeoutMs;
    this.#link = link;
    this.#timer = setTimeout(() => this.#beat(), intervalMs);
  }

  /** Something came. */
  heard(): void {
    this.#heardAtMs = performance.now();
    this.#isAsking = false;
  }

  /** While nothing is read nothing can be heard: the peer is told that we live, and not judged. */
  pause(): void {
    this.#isPaused = true;
    this.#isAsking = false;
  }

  resume(): void {
    this.#isPaused = false;
    this.heard();
    this.#beatIn(this.#intervalMs);
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
  }

  #beat(): void {
    if (this.#isPaused) return this.#ask(this.#intervalMs);
    if (this.#isAsking) return this.#judge();
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < this.#intervalMs) return this.#beatIn(this.#intervalMs - silentMs);
    this.#isAsking = true;
    this.#ask(this.#timeoutMs);
  }

  #ask(nextMs: number): void {
    this.#link.ping();
    this.#beatIn(nextMs);
  }

  /** After a turn of the loop: where this process was busy for long, the answer may lie there unread. */
  #judge(): void {
    setImmediate(() => {
      if (this.#isStopped) return;
      if (this.#isAsking) this.#link.onSilent();
      else this.#beatIn(this.#intervalMs);
    });
  }

  #beatIn(ms: number): void {
    if (this.#isStopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#beat(), Math.ceil(ms));
  }
}
