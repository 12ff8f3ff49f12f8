import { DataFrame, type ReceivedMessage } from '@pulsemq/client';
import type { Colors } from './colors.js';
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
  ...(message.isConflated ? ['conflated'] : []),
  ...(message.maybeDuplicate ? ['may-be-duplicate'] : []),
  ...(message.afterDrop ? ['after-drop'] : []),
];

function contentText(message: ReceivedMessage, paint: Colors): string {
  let data: unknown;
  try {
    ({ data } = message);
  } catch (error) {
    return paint.red(
      `${message.format} payload of ${message.payload.length} bytes cannot be decoded: ${(error as Error).message}`,
    );
  }
  if (data instanceof DataFrame) return frameText(data, paint);
  return typeof data === 'string' ? cut(plainText(data)) : bytesText(data as Buffer, paint);
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
  const rows = frame.rows().slice(0, shownRowCount);
  if (frame.length === 1) {
    return Object.entries(rows[0]!)
      .map(([name, value]) => `${paint.dim(`${plainText(name)}=`)}${cellText(value)}`)
      .join(' ');
  }
  const table = [
    frame.columnNames.map(plainText),
    ...rows.map((row) => frame.columnNames.map((name) => cellText(row[name]))),
  ];
  const widths = frame.columnNames.map((_, column) => Math.max(...table.map((cells) => cells[column]!.length)));
  const lines = table.map((cells) => `  ${cells.map((cell, column) => cell.padStart(widths[column]!)).join('  ')}`);
  const more = frame.length > rows.length ? [paint.dim(`  ... ${frame.length - rows.length} more rows`)] : [];
  return [paint.dim(`DataFrame of ${frame.length} rows`), paint.bold(lines[0]!), ...lines.slice(1), ...more].join('\n');
}

function cellText(value: unknown): string {
  if (value === null || value === undefined) return '-';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '-' : value.toISOString();
  if (typeof value === 'object')
    return plainText(JSON.stringify(value, (_, inner) => (typeof inner === 'bigint' ? String(inner) : inner)));
  return plainText(String(value));
}
