/** Publishes on their way: at most so many, in order; the first refusal ends it. */
export class PublishWindow {
  readonly #limitCount: number;
  #openCount = 0;
  #error: unknown = null;
  #wake: (() => void) | null = null;
  /** Publishes that were acknowledged, or given away without wanting to be. */
  doneCount = 0;

  constructor(limitCount = 1_000) {
    this.#limitCount = limitCount;
  }

  /** Takes one; a promise to wait for when there is no room for the next. It, or a later call, throws the first refusal. */
  add(publish: Promise<void>): Promise<void> | undefined {
    this.#openCount++;
    publish.then(
      () => {
        this.doneCount++;
        this.#settle();
      },
      (error: unknown) => {
        this.#error ??= error;
        this.#settle();
      },
    );
    return this.#openCount < this.#limitCount && this.#error === null ? undefined : this.#until(this.#limitCount);
  }

  /** Resolves when all have been answered. Throws the first refusal. */
  async settled(): Promise<void> {
    await this.#until(1);
  }

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
