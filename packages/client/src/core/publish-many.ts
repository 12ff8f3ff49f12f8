import { abortError, onAbort } from './abort.js';
import { badOption } from './option-checks.js';
import type { PublishFrame } from './publish-batch.js';
import type { PublishOptions } from './publish-options.js';
import type { Publisher } from './publisher.js';
import { publishFrame } from './publisher.js';

/** Publishes, and bytes of them, that may be unanswered before the next item is taken. */
const windowCount = 16_384;
const windowBytes = 16 * 1_048_576;

/** Items of `publishMany`: data for `publish`, in order. */
export type PublishItems = Iterable<unknown> | AsyncIterable<unknown>;

/** Throws a PulseMQError `PMQ_BAD_OPTION` unless the items are iterable. Refuses a string, whose items would be its characters. */
export function checkItems(items: unknown): void {
  if (typeof items === 'object' && items !== null && (Symbol.asyncIterator in items || Symbol.iterator in items))
    return;
  throw badOption('items', items, 'an array or another iterable');
}

/**
 * Publishes items in order, with a limited number unanswered at a time. After the first failure it takes no further item, closes the
 * source, and rejects once everything sent before is answered.
 */
export class ManyPublish {
  readonly #publisher: Publisher;
  readonly #names: Uint8Array;
  readonly #options: PublishOptions | undefined;
  #openCount = 0;
  #openBytes = 0;
  #failure: Error | null = null;
  #onProgress: (() => void) | null = null;
  /** Ends the wait for the next item of an asynchronous source. */
  #onFailure: (() => void) | null = null;
  /** The waiting loop continues when the unanswered publishes and bytes have fallen to these numbers. */
  #wakeCount = 0;
  #wakeBytes = 0;

  constructor(publisher: Publisher, names: Uint8Array, options: PublishOptions | undefined) {
    this.#publisher = publisher;
    this.#names = names;
    this.#options = options;
  }

  /** Resolves when all items are acknowledged. Rejects with the first failure, or at once when the signal is aborted. */
  async run(items: PublishItems): Promise<void> {
    const signal = this.#options?.signal;
    if (signal?.aborted) throw abortError(signal);
    const stopWaiting = signal === undefined ? () => {} : onAbort(signal, () => this.#fail(abortError(signal)));
    // A source may pause while the client ends, and then no publish would fail.
    const stopListening = this.#publisher.onEnd((error) => this.#fail(error));
    try {
      if (Symbol.asyncIterator in items) await this.#takeAsync(items[Symbol.asyncIterator]());
      else await this.#take(items);
      // After an abort it does not wait for replies.
      while (this.#openCount > 0 && signal?.aborted !== true) await this.#until(0, 0);
    } finally {
      stopWaiting();
      stopListening();
    }
    if (this.#failure !== null) throw this.#failure;
  }

  /** For sources that are not asynchronous: awaiting each item of an array would cost more than sending it. */
  async #take(items: Iterable<unknown>): Promise<void> {
    for (const item of items) {
      if (this.#failure !== null) return;
      this.#send(item);
      if (this.#isFull) await this.#room();
    }
  }

  async #takeAsync(source: AsyncIterator<unknown>): Promise<void> {
    let isDone = false;
    try {
      while (this.#failure === null && !isDone) {
        const next = await this.#next(source);
        if (next === undefined) break;
        isDone = next.done === true;
        if (isDone) break;
        this.#send(next.value);
        if (this.#isFull) await this.#room();
      }
    } catch (error) {
      // The source has failed, so it is closed already.
      isDone = true;
      this.#fail(error as Error);
    }
    if (!isDone) closeSource(source);
  }

  /** The next item of the source; undefined if a publish fails first. */
  #next(source: AsyncIterator<unknown>): Promise<IteratorResult<unknown> | undefined> {
    return new Promise((resolve, reject) => {
      this.#onFailure = () => resolve(undefined);
      Promise.resolve(source.next()).then(resolve, reject);
    });
  }

  get #isFull(): boolean {
    return this.#openCount >= windowCount || this.#openBytes >= windowBytes;
  }

  /** Waits until half of the window is free. */
  async #room(): Promise<void> {
    while (this.#failure === null && (this.#openCount > windowCount / 2 || this.#openBytes > windowBytes / 2)) {
      await this.#until(windowCount / 2, windowBytes / 2);
    }
  }

  #send(item: unknown): void {
    let frame: PublishFrame;
    try {
      frame = publishFrame(item, this.#options);
    } catch (error) {
      return this.#fail(error as Error);
    }
    const { length } = frame.payload;
    this.#openCount++;
    this.#openBytes += length;
    this.#publisher.sendTo(this.#names, frame, (error) => {
      this.#openCount--;
      this.#openBytes -= length;
      if (error !== null) this.#fail(error);
      else if (this.#openCount <= this.#wakeCount && this.#openBytes <= this.#wakeBytes) this.#wake();
    });
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    this.#onFailure?.();
    this.#wake();
  }

  #until(count: number, bytes: number): Promise<void> {
    this.#wakeCount = count;
    this.#wakeBytes = bytes;
    return new Promise((resolve) => {
      this.#onProgress = resolve;
    });
  }

  #wake(): void {
    this.#onProgress?.();
    this.#onProgress = null;
  }
}

/**
 * Closes a source whose items are no longer wanted. It is not awaited: a generator that waits for its next item returns after that. Its
 * error is left out, as in a `for await` loop that ends with an error of its own.
 */
function closeSource(source: AsyncIterator<unknown>): void {
  try {
    source.return?.().then(undefined, () => {});
  } catch {
    // As above.
  }
}
