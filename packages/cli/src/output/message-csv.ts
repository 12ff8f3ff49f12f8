import { DataFrame, type ReceivedMessage } from '@pulsemq/client';
import { formulaGuarded } from '@pulsemq/protocol';
import type { CommandRun } from '../command-run.js';
import { cell, unguarded } from './csv-cell.js';
import { isoTime } from './iso-time.js';
import { warning } from './notices.js';

const ownColumns = ['received_at', 'namespace', 'topic', 'sequence'];

/** The columns and rows of a message, by position: two columns may have one name. */
interface Content {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

/** Messages as CSV (RFC 4180): one line per row of a DataFrame, or per text. The first message sets the columns. */
export class MessageCsv {
  readonly #run: CommandRun;
  readonly #guard: (text: string) => string;
  #columns: readonly string[] | null = null;
  #isMismatchReported = false;
  #isGuardReported = false;

  /** `isGuarded`: puts an apostrophe in front of texts that a spreadsheet would run as formulas, and says so once. */
  constructor(run: CommandRun, isGuarded: boolean) {
    this.#run = run;
    this.#guard = isGuarded ? (text) => this.#guarded(text) : unguarded;
  }

  /** The lines of one message; the first message also gets the header. */
  lines(message: ReceivedMessage): string {
    const { columns, rows } = contentOf(this.#run, message);
    let text = '';
    if (this.#columns === null) {
      this.#columns = columns;
      text = `${this.#line([...ownColumns, ...columns])}`;
    }
    const places = this.#placesOf(message, columns, this.#columns);
    const own = [isoTime(message.receivedAt ?? message.timestamp), message.namespace, message.topic, message.sequence];
    for (const row of rows) text += this.#line([...own, ...places.map((place) => (place < 0 ? null : row[place]))]);
    return text;
  }

  #line(cells: readonly unknown[]): string {
    return `${cells.map((value) => cell(value, this.#guard)).join(',')}\n`;
  }

  /** Where each wanted column stands in the message; -1 for one that it does not have. */
  #placesOf(message: ReceivedMessage, columns: readonly string[], wanted: readonly string[]): readonly number[] {
    const isSame = columns.length === wanted.length && columns.every((name, index) => name === wanted[index]);
    if (isSame) return [...columns.keys()];
    this.#reportMismatch(message, columns, wanted);
    return wanted.map((name) => columns.indexOf(name));
  }

  #reportMismatch(message: ReceivedMessage, columns: readonly string[], wanted: readonly string[]): void {
    const isOtherOrder = columns.length === wanted.length && columns.every((name) => wanted.includes(name));
    if (this.#isMismatchReported || isOtherOrder) return;
    this.#isMismatchReported = true;
    warning(
      this.#run,
      `${message.namespace}:${message.topic} has the columns ${columns.join(', ')}, but the first message had ${wanted.join(', ')}; ` +
        'missing columns stay empty, other columns are left out',
    );
  }

  #guarded(text: string): string {
    const safe = formulaGuarded(text);
    if (safe === text || this.#isGuardReported) return safe;
    this.#isGuardReported = true;
    warning(
      this.#run,
      `${JSON.stringify(text.slice(0, 40))} begins like a formula of a spreadsheet, so such texts get an apostrophe in front; ` +
        '--no-formula-guard prints them unchanged',
    );
    return safe;
  }
}

function contentOf(run: CommandRun, message: ReceivedMessage): Content {
  try {
    const { data } = message;
    if (!(data instanceof DataFrame)) {
      return { columns: ['data'], rows: [[typeof data === 'string' ? data : (data as Buffer).toString('utf8')]] };
    }
    const cells = data.cells();
    const rows = Array.from({ length: data.length }, (_, row) => cells.map((column) => column[row]));
    return { columns: data.columnNames, rows };
  } catch (error) {
    warning(
      run,
      `${message.namespace}:${message.topic} #${message.sequence} cannot be decoded: ${(error as Error).message}`,
    );
    return { columns: [], rows: [] };
  }
}
