import { DataFrame, type ReceivedMessage, type Row } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import { cell } from './csv-cell.js';
import { isoTime } from './iso-time.js';
import { warning } from './notices.js';

const ownColumns = ['received_at', 'namespace', 'topic', 'sequence'];

/** Messages as CSV (RFC 4180): a line for each row of a DataFrame, or for each text. The first message settles the columns. */
export class MessageCsv {
  readonly #run: CommandRun;
  #columns: readonly string[] | null = null;
  #isMismatchTold = false;

  constructor(run: CommandRun) {
    this.#run = run;
  }

  /** The lines of one message, after the header if it is the first. */
  lines(message: ReceivedMessage): string {
    const { columns, rows } = contentOf(this.#run, message);
    let text = '';
    if (this.#columns === null) {
      this.#columns = columns;
      text = `${[...ownColumns, ...columns].map(cell).join(',')}\n`;
    } else {
      this.#tellMismatch(message, columns, this.#columns);
    }
    const own = [isoTime(message.receivedAt ?? message.timestamp), message.namespace, message.topic, message.sequence];
    for (const row of rows) text += `${[...own, ...this.#columns.map((name) => row[name])].map(cell).join(',')}\n`;
    return text;
  }

  #tellMismatch(message: ReceivedMessage, columns: readonly string[], wanted: readonly string[]): void {
    if (this.#isMismatchTold || (columns.length === wanted.length && columns.every((name) => wanted.includes(name))))
      return;
    this.#isMismatchTold = true;
    warning(
      this.#run,
      `${message.namespace}:${message.topic} has the columns ${columns.join(', ')}, not ${wanted.join(', ')} as the first message; ` +
        'what is missing is left empty, what is more is left out',
    );
  }
}

function contentOf(run: CommandRun, message: ReceivedMessage): { columns: readonly string[]; rows: readonly Row[] } {
  try {
    const { data } = message;
    if (data instanceof DataFrame) return { columns: data.columnNames, rows: data.rows() };
    return { columns: ['data'], rows: [{ data: typeof data === 'string' ? data : (data as Buffer).toString('utf8') }] };
  } catch (error) {
    warning(
      run,
      `${message.namespace}:${message.topic} #${message.sequence} is unreadable: ${(error as Error).message}`,
    );
    return { columns: [], rows: [] };
  }
}
