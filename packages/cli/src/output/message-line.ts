import { DataFrame, type ReceivedMessage } from '@pulsemq/client';
import { jsonValue } from '@pulsemq/codecs';
import { type Colors, plain } from './colors.js';
import { plainText } from './plain-text.js';

/** Rows of a DataFrame to show. */
const shownRowCount = 10;
/** Characters of a text, or bytes of a raw payload, to show. */
const shownLength = 2_000;

/** A message for people: one line, followed by the rows of a DataFrame with more than one row. */
export function messageLine(message: ReceivedMessage, paint: Colors): string {
  const time = paint.dim(clock(message.receivedAt ?? message.timestamp));
  const topic = paint.cyan(`${message.namespace}:${message.topic}`);
  const sequence = paint.dim(`#${message.sequence}`);
  const marks = marksOf(message).map((mark) => ` ${paint.yellow(mark)}`);
  return `${time} ${topic} ${sequence}${marks.join('')} ${contentText(message, paint)}`;
}

/** Local time of day with milliseconds. */
function clock(ms: number): string {
  const date = new Date(ms);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, '0'),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

const marksOf = (message: ReceivedMessage): string[] => [
  ...(message.isSnapshot ? ['snapshot'] : []),
  ...(message.isReplayed ? ['replayed'] : []),
  ...(message.isConflated ? [`conflated(${message.conflatedCount})`] : []),
  ...(message.maybeDuplicate ? ['may-be-duplicate'] : []),
  ...(message.afterDrop ? ['after-drop'] : []),
];

/** The payload of a message for a cell of a table: one line, cut to 100 characters. */
export function contentCell(message: ReceivedMessage): string {
  const text = contentText(message, plain).replaceAll(/\s+/g, ' ');
  return text.length <= 100 ? text : `${text.slice(0, 97)}...`;
}

function contentText(message: ReceivedMessage, paint: Colors): string {
  try {
    const { data } = message;
    if (data instanceof DataFrame) return frameText(data, paint);
    return typeof data === 'string' ? cut(plainText(data)) : bytesText(data as Buffer, paint);
  } catch (error) {
    return paint.red(
      `${message.format} payload of ${message.payload.length} bytes cannot be decoded: ${(error as Error).message}`,
    );
  }
}

const cut = (text: string): string =>
  text.length <= shownLength ? text : `${text.slice(0, shownLength)}... (${text.length} characters)`;

/** Shows UTF-8 as text, other bytes as hex. */
function bytesText(bytes: Buffer, paint: Colors): string {
  const text = textOf(bytes.subarray(0, shownLength));
  if (text !== undefined) return `${plainText(text)}${bytes.length > shownLength ? `... (${bytes.length} bytes)` : ''}`;
  const hex = bytes.subarray(0, 32).toString('hex');
  return `${paint.dim(`${bytes.length} bytes`)} ${hex}${bytes.length > 32 ? '...' : ''}`;
}

function textOf(bytes: Buffer): string | undefined {
  try {
    // Decoded as a stream, so that a character cut in two at the end is not an error.
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}

function frameText(frame: DataFrame, paint: Colors): string {
  const cells = frame.cells(shownRowCount);
  const shownCount = Math.min(frame.length, shownRowCount);
  if (frame.length === 1) {
    return frame.columnNames
      .map((name, column) => `${paint.dim(`${plainText(name)}=`)}${cellText(cells[column]![0])}`)
      .join(' ');
  }
  const columns = frame.columnNames.map((name, column) => [plainText(name), ...cells[column]!.map(cellText)]);
  const widths = columns.map((texts) => Math.max(...texts.map((text) => text.length)));
  const lines = Array.from({ length: shownCount + 1 }, (_, line) => {
    const texts = columns.map((column, index) => column[line]!.padStart(widths[index]!));
    return `  ${texts.join('  ')}`;
  });
  const more = frame.length > shownCount ? [paint.dim(`  ... ${frame.length - shownCount} more rows`)] : [];
  return [paint.dim(`DataFrame of ${frame.length} rows`), paint.bold(lines[0]!), ...lines.slice(1), ...more].join('\n');
}

function cellText(value: unknown): string {
  const plain = jsonValue(value);
  if (plain === null) return '-';
  return plainText(typeof plain === 'object' ? JSON.stringify(plain) : String(plain));
}
