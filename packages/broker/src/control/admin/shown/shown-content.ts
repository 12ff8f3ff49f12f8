import { DataFrame, decodePayload } from '@pulsemq/codecs';
import { FormatCode, type ShownContent } from '@pulsemq/protocol';
import { errorText } from '../../error-text.js';
import { cutText, jsonLength } from './json-length.js';

/** Bytes shown of a payload of format `bytes`. */
const shownBytesMax = 65_536;
/** Bytes shown of a payload that cannot be decoded: enough to recognise it. */
const unreadableBytesMax = 4_096;
const rowMaxCount = 1_000;
const columnMaxCount = 1_000;
/** Maximum cells of a table: wide tables show fewer rows. */
const cellMaxCount = 50_000;

/** Maximum characters of one cell, and of a name. A longer text is cut; anything else that is longer is left out. */
const cellMaxChars = 10_000;
const nameMaxChars = 200;
const problemMaxChars = 1_000;

/** Maximum bytes that one message may decode to, and characters of its content as JSON. */
export const oneShownMaxBytes = 4_194_304;
/** The same for a message of a tap, which shows many. */
export const tapShownMaxBytes = 1_048_576;

/** MessagePack must be decoded whole to show its first rows. That takes about 0.4 ms a kilobyte, many times as long as Arrow. */
const msgpackCost = 8;

/** A payload in a form that people can read. Never throws: a payload that cannot be decoded is shown as `unreadable`. */
export function shownContent(
  { format, flags }: { readonly format: number; readonly flags: number },
  payload: Buffer,
  maxBytes: number,
): ShownContent {
  let data: unknown;
  try {
    const limitBytes = format === FormatCode.df_msgpack ? maxBytes / msgpackCost : maxBytes;
    data = decodePayload(format, flags, payload, limitBytes).data;
    if (data instanceof DataFrame) return tableOf(data, maxBytes);
  } catch (error) {
    return unreadable(errorText(error), payload);
  }
  if (typeof data === 'string') return textOf(data, maxBytes);
  return bytesOf(data as Uint8Array);
}

/** A payload of format `bytes`; `isCut` when there is more than is shown. */
export const bytesOf = (bytes: Uint8Array, isCut = bytes.length > shownBytesMax): ShownContent => ({
  kind: 'bytes',
  base64: Buffer.from(bytes.subarray(0, shownBytesMax)).toString('base64'),
  is_cut: isCut,
});

export const unreadable = (problem: string, payload: Buffer): ShownContent => ({
  kind: 'unreadable',
  problem: problem.slice(0, problemMaxChars),
  base64: payload.subarray(0, unreadableBytesMax).toString('base64'),
});

/** A text; cut where its JSON would have more than `maxChars`: one control character takes six. */
function textOf(text: string, maxChars: number): ShownContent {
  const shown = cutText(text, maxChars);
  const isCut = shown.length < text.length;
  return { kind: 'text', text: shown, is_json: !isCut && isJson(text), is_cut: isCut };
}

/** Shows as many rows as have at most `maxChars` as JSON, and at least the first. Throws when the table has too many columns. */
function tableOf(frame: DataFrame, maxChars: number): ShownContent {
  const { columns, length } = frame;
  if (columns.length > columnMaxCount) {
    throw new Error(`the table has ${columns.length} columns; at most ${columnMaxCount} can be shown`);
  }
  const columnCount = Math.max(1, columns.length);
  const shownRows = Math.min(rowMaxCount, Math.max(1, Math.floor(cellMaxCount / columnCount)));
  const cellChars = Math.min(cellMaxChars, Math.floor(maxChars / columnCount));
  return {
    kind: 'table',
    columns: columns.map(({ name, dtype }) => ({
      name: name.slice(0, nameMaxChars),
      dtype: dtype.slice(0, nameMaxChars),
    })),
    rows: rowsWithin(frame.plainRows(shownRows), cellChars, maxChars),
    row_count: length,
  };
}

/** The first rows that fit. The same long text may stand in every cell, so its characters are counted before any JSON is made. */
function rowsWithin(rows: readonly (readonly unknown[])[], cellChars: number, maxChars: number): unknown[][] {
  const shown: unknown[][] = [];
  let chars = 0;
  for (const row of rows) {
    const cells = row.map((cell) => cellWithin(cell, cellChars));
    for (const cell of cells) chars += jsonLength(cell, cellChars) + 1;
    if (chars > maxChars && shown.length > 0) break;
    shown.push(cells);
  }
  return shown;
}

function cellWithin(cell: unknown, maxChars: number): unknown {
  if (typeof cell === 'string') return cutText(cell, maxChars);
  return jsonLength(cell, maxChars) > maxChars ? null : cell;
}

function isJson(text: string): boolean {
  if (!/^\s*[[{"\dtfn-]/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
