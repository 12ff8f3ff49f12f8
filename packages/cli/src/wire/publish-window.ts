/** Publishes that are not answered yet. Limits how many there are, keeps their order, and stops at the first error. */
export class PublishWindow {
  readonly #limitCount: number;
  #openCount = 0;
  #error: unknown = null;
  #wake: (() => void) | null = null;
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
        this.#error ??= error;
        this.#settle();
      },
    );
    return this.#openCount < this.#limitCount && this.#error === null ? undefined : this.#until(this.#limitCount);
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
