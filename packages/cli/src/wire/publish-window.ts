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

  /** Resolves when fewer than `limitCount` publishes are open. */
  async #until(limitCount: number): Promise<void> {
    while (this.#openCount >= limitCount && this.#error === null) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    if (this.#error !== null) throw this.#error;
  }

  #settle(): void {
    this.#openCount--;
    this.#wake?.();
    this.#wake = null;
  }
}
