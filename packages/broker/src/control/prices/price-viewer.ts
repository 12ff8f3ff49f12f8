import type { TopicStatuses } from '@pulsemq/protocol';
import { type EventStream, eventFrame, jsonFrame } from '../admin/streams/event-stream.js';
import type { ColumnChoice, PriceRow } from './price-row.js';

type Status = TopicStatuses['topics'][number];

/** Rows, and characters of rows, of one event. */
const frameRowCount = 200;
const frameMaxChars = 65_536;
/** Statuses of one event. */
const frameStatusCount = 500;

/** What a viewer reads of its board. */
export interface Board {
  readonly rows: ReadonlyMap<string, PriceRow>;
  readonly columns: ReadonlySet<string>;
  /** Changes when a column is added. */
  readonly columnsVersion: number;
  /** The first rows have come, or there are none. */
  readonly hasBegun: boolean;
}

/** News of a row that this viewer does not have yet. */
interface RowNews {
  conflatedCount: number;
  readonly isSnapshot: boolean;
}

/**
 * One reader of a board. It gets what it has not got yet while its connection takes it; where it does not, the news of a topic replaces the one
 * before. So what waits for it is bounded by the rows of the board.
 */
export class PriceViewer {
  readonly #stream: EventStream;
  readonly #board: Board;
  readonly #choice: ColumnChoice | null;
  readonly #rows = new Map<string, RowNews>();
  readonly #statuses = new Map<string, Status>();
  #leftOutCount = 0;
  #writtenLeftOutCount = 0;
  #writtenColumnsVersion = -1;
  #waitsForDrain = false;

  constructor(stream: EventStream, board: Board, choice: ColumnChoice | null) {
    this.#stream = stream;
    this.#board = board;
    this.#choice = choice;
  }

  noteRow({ topic, conflatedCount }: PriceRow, isSnapshot: boolean): void {
    const news = this.#rows.get(topic);
    // The update before, with what it replaced, is one that this one replaces.
    if (news !== undefined) news.conflatedCount += conflatedCount + 1;
    else this.#rows.set(topic, { conflatedCount: isSnapshot ? 0 : conflatedCount, isSnapshot });
  }

  noteStatus(status: Status): void {
    this.#statuses.set(status.topic, status);
    if (status.state === 'deleted') this.#rows.delete(status.topic);
  }

  noteLeftOut(count: number): void {
    this.#leftOutCount = count;
  }

  /** Writes what is new, as far as the reader has room. The rest goes when it has read. */
  pump(): void {
    while (!this.#stream.isBehind) {
      const frame = this.#nextFrame();
      if (frame === null) return;
      this.#stream.write(frame);
    }
    if (this.#waitsForDrain) return;
    this.#waitsForDrain = true;
    this.#stream.onDrain(() => {
      this.#waitsForDrain = false;
      this.pump();
    });
  }

  #nextFrame(): string | null {
    const { hasBegun, columnsVersion, columns } = this.#board;
    if (!hasBegun) return null;
    if (this.#writtenColumnsVersion !== columnsVersion) {
      this.#writtenColumnsVersion = columnsVersion;
      return eventFrame('columns', { columns: [...columns] });
    }
    if (this.#rows.size > 0) return this.#rowsFrame();
    if (this.#statuses.size > 0) return this.#statusFrame();
    if (this.#writtenLeftOutCount === this.#leftOutCount) return null;
    this.#writtenLeftOutCount = this.#leftOutCount;
    return eventFrame('left_out', { count: this.#leftOutCount });
  }

  #rowsFrame(): string {
    const { rows, columns } = this.#board;
    const texts: string[] = [];
    let chars = 0;
    for (const [topic, { conflatedCount, isSnapshot }] of this.#rows) {
      if (texts.length === frameRowCount || chars > frameMaxChars) break;
      this.#rows.delete(topic);
      const text = rows.get(topic)?.json(conflatedCount, isSnapshot, columns, this.#choice);
      if (text === undefined) continue;
      texts.push(text);
      chars += text.length;
    }
    return jsonFrame('rows', `{"rows":[${texts.join(',')}]}`);
  }

  #statusFrame(): string {
    const topics: Status[] = [];
    for (const [topic, status] of this.#statuses) {
      if (topics.length === frameStatusCount) break;
      this.#statuses.delete(topic);
      topics.push(status);
    }
    return eventFrame('status', { topics });
  }
}
