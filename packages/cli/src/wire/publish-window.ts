/** Errors after which a message may have arrived: its connection was lost, no answer came in time, or it was delivered and not stored. */
const openEnds: ReadonlySet<unknown> = new Set(['PMQ_NOT_CONNECTED', 'PMQ_TIMEOUT', 'PMQ_NOT_STORED']);

/** Publishes that are not answered yet. Limits how many there are, keeps their order, and stops at the first error. */
export class PublishWindow {
  readonly #limitCount: number;
  #openCount = 0;
  #error: unknown = null;
  #wake: (() => void) | null = null;
  #onError: ((error: unknown) => void) | null = null;
  /** Publishes that were added. */
  sentCount = 0;
  /** Publishes that were acknowledged, or sent without wanting an acknowledgement. */
  doneCount = 0;
  /** Publishes that ended without an answer: they may have arrived. */
  unknownCount = 0;

  constructor(limitCount = 1_000) {
    this.#limitCount = limitCount;
  }

  /** Takes a publish. Returns a promise to await when the window is full. It, or a later call, throws the first error. */
  add(publish: Promise<void>): Promise<void> | undefined {
    this.sentCount++;
    this.#openCount++;
    publish.then(
      () => {
        this.doneCount++;
        this.#settle();
      },
      (error: unknown) => {
        if (openEnds.has((error as { code?: unknown }).code)) this.unknownCount++;
        this.fail(error);
        this.#settle();
      },
    );
    return this.#openCount < this.#limitCount && this.#error === null ? undefined : this.#until(this.#limitCount);
  }

  /** Ends the waits of this window with an error, unless there was one before. */
  fail(error: unknown): void {
    this.#error ??= error;
    this.#onError?.(error);
    this.#wake?.();
  }

  /** Settles as the promise does, or rejects with the first error of a publish: the next message may be long in coming. */
  orError<Value>(promise: Promise<Value>): Promise<Value> {
    if (this.#error !== null) return Promise.reject(this.#error);
    return new Promise((resolve, reject) => {
      this.#onError = reject;
      promise.then(resolve, reject);
    });
  }

  /** Resolves when every publish has been answered. Throws the first error. */
  async settled(): Promise<void> {
    await this.#until(1);
  }

  /** Resolves when no publish is open any more, also after an error. The client ends each of them in time. */
  async ended(): Promise<void> {
    while (this.#openCount > 0) await this.#turn();
  }

  /** Resolves when fewer than `limitCount` publishes are open. */
  async #until(limitCount: number): Promise<void> {
    while (this.#openCount >= limitCount && this.#error === null) {
      await this.#turn();
    }
    if (this.#error !== null) throw this.#error;
  }

  /** Resolves when a publish is answered, or when the window fails. */
  #turn(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #settle(): void {
    this.#openCount--;
    this.#wake?.();
    this.#wake = null;
  }
}
