/** An asynchronous source that pauses after its items until it is closed, and then for ever. */
export class PausingSource implements AsyncIterable<unknown>, AsyncIterator<unknown> {
  readonly #items: unknown[];
  #onPaused = (): void => {};
  /** Resolves when an item was asked for that does not come. */
  readonly paused = new Promise<void>((resolve) => {
    this.#onPaused = resolve;
  });
  isClosed = false;

  constructor(items: readonly unknown[]) {
    this.#items = [...items];
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown>> {
    if (this.#items.length > 0) return Promise.resolve({ value: this.#items.shift(), done: false });
    this.#onPaused();
    return new Promise(() => {});
  }

  return(): Promise<IteratorResult<unknown>> {
    this.isClosed = true;
    return new Promise(() => {});
  }
}
