import { abortError } from './abort.js';
import { badOption } from './options.js';
import type { PublishFrame } from './publish-batch.js';
import type { Publisher } from './publisher.js';
import { type PublishOptions, publishFrame } from './publisher.js';

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
 * Publishes items in order, with a limited number unanswered at a time. After the first failure it takes no further item, and rejects
 * once everything sent before is answered.
 */
export class ManyPublish {
  readonly #publisher: Publisher;
  readonly #names: Uint8Array;
  readonly #options: PublishOptions | undefined;
  #openCount = 0;
  #openBytes = 0;
  #failure: Error | null = null;
  #onProgress: (() => void) | null = null;
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
    const onAbort = (): void => this.#fail(abortError(signal!));
    if (signal?.aborted) throw abortError(signal);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#take(items);
      // After an abort it does not wait for replies.
      while (this.#openCount > 0 && signal?.aborted !== true) await this.#until(0, 0);
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
    if (this.#failure !== null) throw this.#failure;
  }

  async #take(items: PublishItems): Promise<void> {
    if (Symbol.asyncIterator in items) {
      for await (const item of items) {
        if (this.#failure !== null) return;
        this.#send(item);
        if (this.#isFull) await this.#room();
      }
      return;
    }
    // A separate loop: awaiting each item of an array would cost more than sending it.
    for (const item of items) {
      if (this.#failure !== null) return;
      this.#send(item);
      if (this.#isFull) await this.#room();
    }
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
