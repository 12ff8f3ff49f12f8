import type { ShownMessage, TapBatch } from '@pulsemq/protocol';
import { openEventStream } from '../../api/event-stream.js';
import { ExternalStore } from '../../state/external-store.js';

export interface Tail {
  /** `running` only while the stream is open: a message published before that is not seen. */
  readonly state: 'connecting' | 'running' | 'stopped' | 'retrying' | 'refused';
  /** The newest first. */
  readonly messages: readonly ShownMessage[];
  readonly shownTotal: number;
  /** Count of all messages, shown or not. */
  readonly seenTotal: number;
  readonly failure: Error | null;
}

const keptMessages = 1000;
/** The cells of all kept tables together: a thousand tables of a thousand rows would need too much memory. */
const keptCells = 400_000;
/** The shortest time between two renderings: each takes a few milliseconds of a machine that may also run the broker. */
const drawMs = 250;
/** The broker sends a comment more often than this when there is no message. */
const silenceMs = 40_000;

const empty: Tail = { state: 'stopped', messages: [], shownTotal: 0, seenTotal: 0, failure: null };

const cellsOf = ({ content }: ShownMessage): number =>
  content.kind === 'table' ? content.rows.length * content.columns.length : 20;

/** The newest messages within both limits. */
function kept(messages: readonly ShownMessage[]): readonly ShownMessage[] {
  let cells = 0;
  const end = messages.findIndex((message, index) => {
    cells += cellsOf(message);
    return index >= keptMessages || (cells > keptCells && index > 0);
  });
  return end === -1 ? messages : messages.slice(0, end);
}

/** The live tail of a pattern. It can be stopped and started again; its messages stay. */
export class TapFeed {
  readonly tail = new ExternalStore<Tail>(empty);
  readonly #namespace: string;
  readonly #pattern: string;
  #end: (() => void) | undefined;
  /** Batches since the last rendering. */
  #waiting: TapBatch[] = [];
  #drawTimer: ReturnType<typeof setTimeout> | undefined;
  #drawnAt = 0;
  /** Totals of the earlier streams: each stream starts to count at 0. */
  #before = { shown: 0, seen: 0 };

  constructor(namespace: string, pattern: string) {
    this.#namespace = namespace;
    this.#pattern = pattern;
  }

  /** Follows the messages; at most `maxRate` of them are shown per second. */
  start(maxRate: number): void {
    this.#end?.();
    this.#draw();
    const { shownTotal, seenTotal } = this.tail.get();
    this.#before = { shown: shownTotal, seen: seenTotal };
    this.tail.update((tail) => ({ ...tail, state: 'connecting', failure: null }));
    this.#end = openEventStream({
      path: '/api/tap',
      query: { namespace: this.#namespace, pattern: this.#pattern, max_rate: maxRate },
      silenceMs,
      onOpen: () => this.tail.update((tail) => ({ ...tail, state: 'running', failure: null })),
      onEvent: ({ event, data }) => {
        if (event === 'messages') this.#take(JSON.parse(data) as TapBatch);
      },
      onLost: (failure, retryMs) => this.#lost(failure, retryMs),
    });
  }

  stop(): void {
    this.#end?.();
    this.#end = undefined;
    this.#draw();
    this.tail.update((tail) => ({ ...tail, state: 'stopped' }));
  }

  clear(): void {
    this.#draw();
    this.#before = { shown: 0, seen: 0 };
    this.tail.update((tail) => ({ ...empty, state: tail.state }));
  }

  /** Renders the first batch at once, and those that follow within `drawMs` together. */
  #take(batch: TapBatch): void {
    this.#waiting.push(batch);
    if (this.#drawTimer !== undefined) return;
    const restMs = this.#drawnAt + drawMs - performance.now();
    if (restMs <= 0) this.#draw();
    else this.#drawTimer = setTimeout(() => this.#draw(), restMs);
  }

  #draw(): void {
    clearTimeout(this.#drawTimer);
    this.#drawTimer = undefined;
    const last = this.#waiting.at(-1);
    if (last === undefined) return;
    const arrived = this.#waiting.flatMap(({ messages }) => messages).toReversed();
    this.#waiting = [];
    this.#drawnAt = performance.now();
    this.tail.update((tail) => ({
      ...tail,
      messages: kept([...arrived, ...tail.messages]),
      shownTotal: this.#before.shown + last.shown_total,
      seenTotal: this.#before.seen + last.seen_total,
    }));
  }

  #lost(failure: Error, retryMs: number | null): void {
    this.#draw();
    const { shownTotal, seenTotal } = this.tail.get();
    this.#before = { shown: shownTotal, seen: seenTotal };
    this.tail.update((tail) => ({ ...tail, state: retryMs === null ? 'refused' : 'retrying', failure }));
  }
}
