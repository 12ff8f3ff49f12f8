import { numberIn, shownCell } from '../../../bars/number-cell.js';
import { type JournalRecord, namesOf } from '../../../journal/record.js';
import { HistoryRefusal } from '../history-refusal.js';
import { type MessageRows, problemColumn } from '../message-rows.js';

/** Columns that an error lists. */
const listedCount = 20;

/** A column that bars are made of, and whether any message had it. */
export class ColumnUse {
  /** Name of the field of the question that chose the column. */
  readonly #field: 'price' | 'size';
  readonly #name: string;
  #isFound = false;
  /** What the first message without the column has instead. */
  #instead = '';

  constructor(field: 'price' | 'size', name: string) {
    this.#field = field;
    this.#name = name;
  }

  /** A message has the column. */
  find(): void {
    this.#isFound = true;
  }

  /** Place of the column among those of a message; -1 when the message does not have it. */
  placeIn(names: readonly string[], record: JournalRecord, rows: MessageRows['rows']): number {
    // A DataFrame may have two columns of one name: the last one counts.
    const place = names.lastIndexOf(this.#name);
    if (place >= 0) this.#isFound = true;
    else if (this.#instead === '') this.#instead = foundText(record, names, rows);
    return place;
  }

  /** The number in a cell of the column, or null for a missing one. Throws a HistoryRefusal for anything else. */
  numberOf(cell: unknown, { key, sequence }: JournalRecord): number | null {
    const value = numberIn(cell);
    if (value !== undefined) return value;
    const text = `column ${this.#name} of topic ${namesOf(key).topic} has ${shownCell(cell)} in the message with sequence ${sequence}`;
    throw new HistoryRefusal('BAD_COLUMN', `${text}, and bars need numbers; choose another column with ${this.#field}`);
  }

  /** Throws a HistoryRefusal when there were messages and none had the column. */
  check(): void {
    if (this.#isFound || this.#instead === '') return;
    const text = `no message has the column ${this.#name}: ${this.#instead}`;
    throw new HistoryRefusal('BAD_COLUMN', `${text}; name another column in "${this.#field}"`);
  }
}

function foundText({ key, sequence }: JournalRecord, names: readonly string[], rows: MessageRows['rows']): string {
  const place = `topic ${namesOf(key).topic}, sequence ${sequence}`;
  if (names.length === 1 && names[0] === problemColumn) return `${place}, cannot be decoded (${String(rows[0]?.[0])})`;
  if (names.length === 0) return `${place}, has no columns`;
  const rest = names.length > listedCount ? ` and ${names.length - listedCount} more` : '';
  return `${place}, has ${names.slice(0, listedCount).join(', ')}${rest}`;
}
