import type { ShownMessage, TapBatch } from '@pulsemq/protocol';
import { openEventStream } from '../../api/event-stream.js';
import { ExternalStore } from '../../state/external-store.js';

export interface Tail {
  readonly state: 'running' | 'stopped' | 'retrying' | 'refused';
  /** Newest first. */
  readonly messages: readonly ShownMessage[];
  readonly shownTotal: number;
  /** How many there were: what was not shown was only counted. */
  readonly seenTotal: number;
  readonly failure: Error | null;
}

const keptMessages = 1000;
/** Cells of all tables together; a thousand tables of a thousand rows would not fit a page. */
const keptCells = 400_000;
/** The broker says something at least this often. */
const silenceMs = 40_000;

const empty: Tail = { state: 'stopped', messages: [], shownTotal: 0, seenTotal: 0, failure: null };

const cellsOf = ({ content }: ShownMessage): number =>
  content.kind === 'table' ? content.rows.length * content.columns.length : 20;

/** The newest messages that fit both bounds. */
function kept(messages: readonly ShownMessage[]): readonly ShownMessage[] {
  let cells = 0;
  const end = messages.findIndex((message, index) => {
    cells += cellsOf(message);
    return index >= keptMessages || (cells > keptCells && index > 0);
  });
  return end === -1 ? messages : messages.slice(0, end);
}

/** The live tail of a pattern: started, stopped and started again; what was seen stays. */
export class TapFeed {
  readonly tail = new ExternalStore<Tail>(empty);
  readonly #namespace: string;
  readonly #pattern: string;
  #end: (() => void) | undefined;
  /** Totals of the streams before this one: each stream counts from nothing. */
  #before = { shown: 0, seen: 0 };

  constructor(namespace: string, pattern: string) {
    this.#namespace = namespace;
    this.#pattern = pattern;
  }

  /** Follows the messages, at most `maxRate` of them a second. */
  start(maxRate: number): void {
    this.#end?.();
    const { shownTotal, seenTotal } = this.tail.get();
    this.#before = { shown: shownTotal, seen: seenTotal };
    this.tail.update((tail) => ({ ...tail, state: 'running', failure: null }));
    this.#end = openEventStream({
      path: '/api/tap',
      query: { namespace: this.#namespace, pattern: this.#pattern, max_rate: maxRate },
      silenceMs,
      onOpen: () => this.tail.update((tail) => ({ ...tail, state: 'running', failure: null })),
      onEvent: ({ name, data }) => {
        if (name === 'messages') this.#take(JSON.parse(data) as TapBatch);
      },
      onLost: (failure, retryMs) => this.#lost(failure, retryMs),
    });
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.tail.update((tail) => ({ ...tail, state: 'stopped' }));
  }

  clear(): void {
    this.#before = { shown: 0, seen: 0 };
    this.tail.update((tail) => ({ ...empty, state: tail.state }));
  }

  #take(batch: TapBatch): void {
    this.tail.update((tail) => ({
      ...tail,
      messages: kept([...batch.messages.toReversed(), ...tail.messages]),
      shownTotal: this.#before.shown + batch.shown_total,
      seenTotal: this.#before.seen + batch.seen_total,
    }));
  }

  #lost(failure: Error, retryMs: number | null): void {
    const { shownTotal, seenTotal } = this.tail.get();
    this.#before = { shown: shownTotal, seen: seenTotal };
    this.tail.update((tail) => ({ ...tail, state: retryMs === null ? 'refused' : 'retrying', failure }));
  }
}
