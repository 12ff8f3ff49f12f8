import type { Row } from '@pulsemq/codecs';
import { parseExactJson } from '@pulsemq/codecs/exact-json';
import { isDataFrame } from '#codecs';
import type { ReceivedMessage } from '../received-message.js';

/** A message as rows of columns, for tables. */

/**
 * The rows of a message: of a DataFrame, of a JSON object (one row) or of a JSON array of objects. Any other content is one row with the
 * column `value`: a JSON text, number, true, false or null as its value, another text as it is, or the bytes if they are not UTF-8. Throws a PulseMQError `PMQ_BAD_PAYLOAD` if the payload cannot be decoded.
 */
export function messageRows(message: ReceivedMessage): Row[] {
  const { data } = message;
  if (isDataFrame(data)) return data.rows();
  const text = typeof data === 'string' ? data : textOf(data as Uint8Array);
  return text === undefined ? [{ value: data }] : textRows(text);
}

/** The row with only these columns; with all of them if they are undefined. */
export function pickColumns(row: Row, columns: readonly string[] | undefined): Row {
  if (columns === undefined) return row;
  return Object.fromEntries(columns.filter((name) => Object.hasOwn(row, name)).map((name) => [name, row[name]]));
}

const decoder = new TextDecoder('utf-8', { fatal: true });

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}

function textRows(text: string): Row[] {
  const value = jsonOf(text);
  if (isRow(value)) return [value];
  if (Array.isArray(value) && value.every(isRow)) return value;
  return [{ value: value === undefined || Array.isArray(value) ? text : value }];
}

/** The value of a JSON text; undefined for any other text. */
function jsonOf(text: string): unknown {
  try {
    return parseExactJson(text);
  } catch {
    return undefined;
  }
}

const isRow = (value: unknown): value is Row => typeof value === 'object' && value !== null && !Array.isArray(value);
