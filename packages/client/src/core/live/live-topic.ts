import { deliveryBlockBytes as blockBytes } from '@pulsemq/protocol';
import { type MessageClone, ReceivedMessage } from '../received-message.js';
import type { TopicStatus } from '../topic-status.js';
import { LiveRow } from './live-row.js';
import { messageRows, pickColumns } from './message-rows.js';

/** Which rows a table has, and which of their columns. */
export interface RowShape {
  readonly key: string | undefined;
  readonly columns: readonly string[] | undefined;
}

/** The rows of one topic of a LiveTable. */
export class LiveTopic {
  readonly namespace: string;
  readonly topic: string;
  status: TopicStatus | undefined;
  readonly #shape: RowShape;
  readonly #rows = new Map<unknown, LiveRow>();

  constructor(namespace: string, topic: string, shape: RowShape) {
    this.namespace = namespace;
    this.topic = topic;
    this.#shape = shape;
  }

  rows(): IterableIterator<LiveRow> {
    return this.#rows.values();
  }

  row(key: unknown): LiveRow | undefined {
    return this.#rows.get(key);
  }

  /** The row for a status: a topic that has not had a message has a row, too, unless a column names its rows. */
  ensureRow(): void {
    if (this.#shape.key === undefined) this.#rowOf(undefined);
  }

  /** Takes a message and returns the rows that it changes. Without a key column it is decoded when a program reads the row. */
  take(message: ReceivedMessage): LiveRow[] {
    const { key, columns } = this.#shape;
    const kept = ownCopy(message);
    if (key === undefined) {
      const row = this.#rowOf(undefined);
      row.update(kept, () => pickColumns(messageRows(kept).at(-1) ?? {}, columns));
      return [row];
    }
    const changed = new Set<LiveRow>();
    for (const values of messageRows(kept)) {
      const row = this.#rowOf(values[key]);
      row.update(kept, () => pickColumns(values, columns));
      changed.add(row);
    }
    return [...changed];
  }

  #rowOf(key: unknown): LiveRow {
    const known = this.#rows.get(key);
    if (known !== undefined) return known;
    const row = new LiveRow(this, key);
    this.#rows.set(key, row);
    return row;
  }
}

/** A message with memory of its own: rows stay for long, and messages that arrived together share theirs. */
function ownCopy({ namespace, topic, sequence, epoch, place }: MessageClone): ReceivedMessage {
  const start = place.headerAt;
  const end = place.blockAt < 0 ? place.payloadEnd : place.blockAt + blockBytes;
  return new ReceivedMessage(namespace, topic, sequence, epoch, {
    // Not the slice of Buffer, which shares the memory.
    bytes: Uint8Array.prototype.slice.call(place.bytes, start, end),
    headerAt: 0,
    usernameAt: place.usernameAt - start,
    usernameEnd: place.usernameEnd - start,
    payloadAt: place.payloadAt - start,
    payloadEnd: place.payloadEnd - start,
    blockAt: place.blockAt < 0 ? -1 : place.blockAt - start,
  });
}
