import { DataFrame, type ReceivedMessage, type Row } from '@pulsemq/client';
import type { CommandRun } from '../command-run.js';
import { cell } from './csv-cell.js';
import { isoTime } from './iso-time.js';
import { warning } from './notices.js';

const ownColumns = ['received_at', 'namespace', 'topic', 'sequence'];

/** Messages as CSV (RFC 4180): one line per row of a DataFrame, or per text. The first message sets the columns. */
export class MessageCsv {
  readonly #run: CommandRun;
  #columns: readonly string[] | null = null;
  #isMismatchReported = false;

  constructor(run: CommandRun) {
    this.#run = run;
  }

  /** The lines of one message; the first message also gets the header. */
  lines(message: ReceivedMessage): string {
    const { columns, rows } = contentOf(this.#run, message);
    let text = '';
    if (this.#columns === null) {
      this.#columns = columns;
      text = `${[...ownColumns, ...columns].map(cell).join(',')}\n`;
    } else {
      this.#reportMismatch(message, columns, this.#columns);
    }
    const own = [isoTime(message.receivedAt ?? message.timestamp), message.namespace, message.topic, message.sequence];
    for (const row of rows) text += `${[...own, ...this.#columns.map((name) => row[name])].map(cell).join(',')}\n`;
    return text;
  }

  #reportMismatch(message: ReceivedMessage, columns: readonly string[], wanted: readonly string[]): void {
    if (
      this.#isMismatchReported ||
      (columns.length === wanted.length && columns.every((name) => wanted.includes(name)))
    )
      return;
    this.#isMismatchReported = true;
    warning(
      this.#run,
      `${message.namespace}:${message.topic} has the columns ${columns.join(', ')}, but the first message had ${wanted.join(', ')}; ` +
        'missing columns stay empty, other columns are left out',
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
      `${message.namespace}:${message.topic} #${message.sequence} cannot be decoded: ${(error as Error).message}`,
    );
    return { columns: [], rows: [] };
  }
}
