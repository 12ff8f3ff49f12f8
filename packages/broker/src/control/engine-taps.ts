import type { EngineEvent, EngineLink } from '../port.js';

/** What a tap saw since the last time. */
export type Tapped = Omit<Extract<EngineEvent, { kind: 'tapped' }>, 'kind' | 'tap'>;

/** What to look at: topics of a namespace by pattern, at most so many messages a second. */
export interface TapOptions {
  readonly namespace: string;
  readonly pattern: string;
  readonly maxRate: number;
}

/** Taps in the engine, and who looks through them. */
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

  /** Calls back ten times a second while something comes by, until the function it returns is called. */
  open(options: TapOptions, listener: (tapped: Tapped) => void): () => void {
    this.#lastId += 1;
    const tap = this.#lastId;
    this.#listeners.set(tap, listener);
    this.#link.send({ kind: 'tapOpen', tap, ...options });
    return () => {
      if (this.#listeners.delete(tap)) this.#link.send({ kind: 'tapClose', tap });
    };
  }

  onEvent(event: EngineEvent): void {
    if (event.kind === 'tapped') this.#listeners.get(event.tap)?.(event);
  }
}
