import { FormatCode } from '@pulsemq/protocol';
import { lazyCodecs } from '#codecs';
import type { PublishOptions } from '../publish-options.js';

/** Publishes that wait while a codec is loaded. */
export class CodecWait {
  #waiting: Promise<void> | null = null;

  /**
   * Null if a publish with these options may go. Otherwise resolves when the codecs are loaded, or could not be: those that wait then go in
   * their order, and what cannot be encoded says why.
   */
  before({ format, compress }: PublishOptions): Promise<void> | null {
    if (lazyCodecs === null) return null;
    if (this.#waiting === null) {
      // Any code of a compression stands for all of them.
      if (lazyCodecs.isReady(FormatCode[format ?? 'bytes'], compress === undefined ? 0 : 1)) return null;
      const end = (): void => {
        this.#waiting = null;
      };
      this.#waiting = lazyCodecs.load().then(end, end);
    }
    return this.#waiting;
  }
}
