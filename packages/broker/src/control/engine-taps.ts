import type { EngineEvent, EngineLink } from '../port.js';

/** What a tap saw since the last call. */
export type Tapped = Omit<Extract<EngineEvent, { kind: 'tapped' }>, 'kind' | 'tap'>;

/** Topics that a tap looks at. */
export interface TapOptions {
  readonly namespace: string;
  readonly pattern: string;
  /** Maximum messages per second. */
  readonly maxRate: number;
}

/** Opens taps in the engine, and passes what they see to listeners. */
export class EngineTaps {
  readonly #link: Pick<EngineLink, 'send'>;
  readonly #listeners = new Map<number, (tapped: Tapped) => void>();
  #lastId = 0;

  constructor(link: Pick<EngineLink, 'send'>) {
    this.#link = link;
  }

  get openCount(): number {
    return this.#listeners.size;
  }

  /** Calls back ten times a second while there are messages. Call the returned function to close the tap. */
  open(options: TapOptions, listener: (tapped: Tapped) => void): () => void {
    this.#lastId += 1;
    const tap = this.#lastId;
    this.#listeners.set(tap, listener);
    this.#link.send({ kind: 'tapOpen', tap, ...options });
    return () => {
      if (this.#listeners.delete(tap)) this.#link.send({ kind: 'tapClose', tap });
    };
  }

  onTapped(event: Extract<EngineEvent, { kind: 'tapped' }>): void {
    this.#listeners.get(event.tap)?.(event);
  }
}
