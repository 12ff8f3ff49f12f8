import { abortError } from './abort.js';
import { badOption } from './options.js';
import type { PublishFrame } from './publish-batch.js';
import type { Publisher } from './publisher.js';
import { type PublishOptions, publishFrame } from './publisher.js';

/** Publishes, and their bytes, that may be on their way before the next item is taken. */
const windowCount = 16_384;
const windowBytes = 16 * 1_048_576;

/** What `publishMany` takes. */
export type PublishItems = Iterable<unknown> | AsyncIterable<unknown>;

/** Throws a PulseMQError `PMQ_BAD_OPTION`. A text is iterable too, but nobody means its letters. */
export function checkItems(items: unknown): void {
  if (typeof items === 'object' && items !== null && (Symbol.asyncIterator in items || Symbol.iterator in items))
    return;
  throw badOption('items', items, 'an array or another iterable');
}

/**
 * Publishes one item after the other, with so many on their way at once. The first failure ends it: no further item is taken, and it
 * is told after the answers to what was sent before.
 */
export class ManyPublish {
  readonly #publisher: Publisher;
  readonly #names: Buffer;
  readonly #options: PublishOptions | undefined;
  #openCount = 0;
  #openBytes = 0;
  #failure: Error | null = null;
  #onProgress: (() => void) | null = null;
  /** What is open must have fallen to this before whoever waits is woken. */
  #wakeCount = 0;
  #wakeBytes = 0;

  constructor(publisher: Publisher, names: Buffer, options: PublishOptions | undefined) {
    this.#publisher = publisher;
    this.#names = names;
    this.#options = options;
  }

  async run(items: PublishItems): Promise<void> {
    const signal = this.#options?.signal;
    const onAbort = (): void => this.#fail(abortError(signal!));
    if (signal?.aborted) throw abortError(signal);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      await this.#take(items);
      // An abort does not wait for answers.
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
    // Not one loop for both: waiting for each item of an array would cost more than sending it.
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
