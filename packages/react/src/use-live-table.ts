import type { LiveRow } from '@pulsemq/client';
import type { BrokerClient } from './broker-client.js';
import { type Feed, type FeedState, type OpenFeed, openingState } from './feed.js';
import { givenOptions, useFeed } from './use-feed.js';

/** Options of `useLiveTable`, as `client.liveTable` has them. */
export interface LiveTableOptions {
  /** A column whose value names a row. Without it the table has one row of each topic. */
  readonly key?: string;
  /** Columns to keep. Default: all. */
  readonly columns?: readonly string[];
  /** Updates a second for each topic, 0.01 to 1000. Default: no limit; in a browser 10. */
  readonly maxRate?: number;
}

/**
 * A row as of a frame. It never changes: a row that changes is a new object, and the others stay the same objects, so that `memo`
 * renders only what has changed. Its properties are those of a LiveRow; the age is `Date.now() - receivedAt`.
 */
export type TableRow = Readonly<
  Pick<
    LiveRow,
    | 'namespace'
    | 'topic'
    | 'key'
    | 'values'
    | 'problem'
    | 'sequence'
    | 'epoch'
    | 'receivedAt'
    | 'timestamp'
    | 'status'
    | 'confirmed'
  >
>;

/** The rows of a pattern. */
export interface TableRows {
  /** In the order in which they arrived first. */
  readonly rows: readonly TableRow[];
}

/** What `useLiveTable` returns. */
export type LiveTableResult = TableRows & FeedState;

const opening: LiveTableResult = { rows: [], ...openingState };

/**
 * The newest row of each topic of a pattern, with its status. The rows of the first snapshot come together, with the state `live`. The
 * namespace must keep last values.
 */
export function useLiveTable(namespace: string, pattern: string, options: LiveTableOptions = {}): LiveTableResult {
  const { key: rowKey, columns, maxRate } = options;
  const key = JSON.stringify(['useLiveTable', namespace, pattern, rowKey, columns, maxRate]);
  const settings = givenOptions({ key: rowKey, columns, maxRate });
  return useFeed({ key, opening, makeFeed: () => new TableFeed(namespace, pattern, settings) });
}

class TableFeed implements Feed<TableRows> {
  readonly #namespace: string;
  readonly #pattern: string;
  readonly #settings: LiveTableOptions;
  readonly #rows = new Map<LiveRow, TableRow>();
  readonly #changed = new Set<LiveRow>();

  constructor(namespace: string, pattern: string, settings: LiveTableOptions) {
    this.#namespace = namespace;
    this.#pattern = pattern;
    this.#settings = settings;
  }

  async open(client: BrokerClient, changed: () => void, signal: AbortSignal): Promise<OpenFeed> {
    const table = await client.liveTable(this.#namespace, this.#pattern, { ...this.#settings, signal });
    for (const row of table.rows()) this.#changed.add(row);
    table.on('change', ({ rows, removed }) => {
      for (const row of rows) this.#changed.add(row);
      for (const row of removed) {
        this.#changed.delete(row);
        this.#rows.delete(row);
      }
      changed();
    });
    // The signal ends its subscription; `close` also removes its listener from the client.
    return { ended: table.ended, close: () => void table.close() };
  }

  /** Decodes the rows that have changed, once a frame: what came in between is never decoded. */
  read(): TableRows {
    for (const row of this.#changed) this.#rows.set(row, rowNow(row));
    this.#changed.clear();
    return { rows: [...this.#rows.values()] };
  }
}

function rowNow(row: LiveRow): TableRow {
  const { namespace, topic, key, values, problem, sequence, epoch, receivedAt, timestamp, status, confirmed } = row;
  return { namespace, topic, key, values, problem, sequence, epoch, receivedAt, timestamp, status, confirmed };
}
