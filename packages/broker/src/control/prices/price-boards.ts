import type { Guard } from '../../guard.js';
import { DecodeBudget } from '../admin/streams/decode-budget.js';
import type { EventStream } from '../admin/streams/event-stream.js';
import type { EnginePrices, OpenPriceFeed } from '../engine-prices.js';
import type { TopicStatusTable } from '../stats/topic-statuses.js';
import { PriceBoard } from './price-board.js';
import type { ColumnChoice } from './price-row.js';
import { PriceViewer } from './price-viewer.js';

/** Boards with different patterns that may be open at once: each costs the engine a feed. */
export const boardMaxCount = 20;
/** Rows of a board. */
export const boardRowMaxCount = 5_000;
/** Most updates a second of a topic. */
const boardRate = 4;

/** A namespace and a pattern that a viewer looks at. */
export interface BoardPlace {
  readonly namespace: string;
  readonly pattern: string;
}

interface OpenBoard {
  readonly board: PriceBoard;
  readonly feed: OpenPriceFeed;
}

/** All open boards. Viewers of the same pattern share one, with one feed in the engine. */
export class PriceBoards {
  readonly #prices: EnginePrices;
  readonly #statuses: TopicStatusTable;
  readonly #guard: Guard;
  readonly #budget = new DecodeBudget();
  readonly #open = new Map<string, OpenBoard>();

  constructor(prices: EnginePrices, statuses: TopicStatusTable, guard: Guard) {
    this.#prices = prices;
    this.#statuses = statuses;
    this.#guard = guard;
  }

  /** True when another viewer here would need one more board than the limit allows. */
  isFull(place: BoardPlace): boolean {
    return this.#open.size >= boardMaxCount && !this.#open.has(keyOf(place));
  }

  /** Shows the board of a place to a reader, until it ends. */
  show(place: BoardPlace, stream: EventStream, choice: ColumnChoice | null): void {
    const key = keyOf(place);
    const { board, feed } = this.#open.get(key) ?? this.#start(key, place);
    const viewer = new PriceViewer(stream, board, choice);
    board.add(viewer);
    stream.onEnd(() => {
      board.viewers.delete(viewer);
      if (board.viewers.size > 0) return;
      this.#open.delete(key);
      board.close();
      feed.close();
    });
  }

  #start(key: string, { namespace, pattern }: BoardPlace): OpenBoard {
    const board = new PriceBoard(namespace, { statuses: this.#statuses, budget: this.#budget });
    const options = { namespace, pattern, maxRate: boardRate, maxTopics: boardRowMaxCount };
    const feed = this.#prices.open(options, (prices) => {
      void this.#guard.runAsync('the values of a price board', async () => {
        try {
          await board.take(prices);
        } finally {
          feed.taken();
        }
      });
    });
    const opened = { board, feed };
    this.#open.set(key, opened);
    return opened;
  }
}

const keyOf = ({ namespace, pattern }: BoardPlace): string => `${namespace} ${pattern}`;
