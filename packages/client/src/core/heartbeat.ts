/** What a heartbeat needs of its link. */
export interface HeartbeatLink {
  /** Asks the peer whether it is there. */
  ping(): void;
  /** Tells the peer that we are there, and asks for nothing. */
  tell(): void;
  /** The peer did not answer in time. */
  onSilent(): void;
}

/** The broker's shortest `auth.ping_interval`: told so often, none takes a link that reads nothing for a dead one. */
const tellIntervalMs = 1_000;

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

  /**
   * While nothing is read nothing can be heard, and a PING of the peer stays unanswered: the peer is not judged, and told that we
   * live, from the first moment on, since it may have asked already.
   */
  pause(): void {
    this.#isPaused = true;
    this.#isAsking = false;
    this.#tell();
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
    if (this.#isPaused) return this.#tell();
    if (this.#isAsking) return this.#judge();
    const silentMs = performance.now() - this.#heardAtMs;
    if (silentMs < this.#intervalMs) return this.#beatIn(this.#intervalMs - silentMs);
    this.#isAsking = true;
    this.#link.ping();
    this.#beatIn(this.#timeoutMs);
  }

  #tell(): void {
    this.#link.tell();
    this.#beatIn(tellIntervalMs);
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
