import { DataFrame, decodePayload } from '@pulsemq/codecs';
import { FormatCode, type ShownContent } from '@pulsemq/protocol';
import { errorText } from '../../error-text.js';

/** Bytes shown of a payload of format `bytes`. */
const shownBytesMax = 65_536;
/** Bytes shown of a payload that cannot be decoded: enough to recognise it. */
const unreadableBytesMax = 4_096;
const rowMaxCount = 1_000;
const columnMaxCount = 1_000;
/** Maximum cells of a table: wide tables show fewer rows. */
const cellMaxCount = 50_000;

/** Maximum bytes that one message may decode to. */
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
    if (data instanceof DataFrame) return tableOf(data);
  } catch (error) {
    return unreadable(errorText(error), payload);
  }
  if (typeof data === 'string') return { kind: 'text', text: data, is_json: isJson(data), is_cut: false };
  return bytesOf(data as Buffer);
}

/** A payload of format `bytes`; `isCut` when there is more than is shown. */
export const bytesOf = (bytes: Buffer, isCut = bytes.length > shownBytesMax): ShownContent => ({
  kind: 'bytes',
  base64: bytes.subarray(0, shownBytesMax).toString('base64'),
  is_cut: isCut,
});

export const unreadable = (problem: string, payload: Buffer): ShownContent => ({
  kind: 'unreadable',
  problem,
  base64: payload.subarray(0, unreadableBytesMax).toString('base64'),
});

/** Throws when the table has too many columns. */
function tableOf(frame: DataFrame): ShownContent {
  const { columns, length } = frame;
  if (columns.length > columnMaxCount) {
    throw new Error(`the table has ${columns.length} columns; at most ${columnMaxCount} can be shown`);
  }
  const shownRows = Math.min(rowMaxCount, Math.max(1, Math.floor(cellMaxCount / Math.max(1, columns.length))));
  return {
    kind: 'table',
    columns: columns.map(({ name, dtype }) => ({ name, dtype })),
    rows: frame.plainRows(shownRows),
    row_count: length,
  };
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
