import { DataFrame, decodePayload } from '@pulsemq/codecs';
import { FormatCode, type ShownContent } from '@pulsemq/protocol';

/** Bytes of a payload of format `bytes` that are shown. */
const shownBytesMax = 65_536;
/** Bytes of what cannot be read: enough to see what it is. */
const unreadableBytesMax = 4_096;
const rowMaxCount = 1_000;
const columnMaxCount = 1_000;
/** Cells of a table: wide tables show fewer rows. */
const cellMaxCount = 50_000;

/** Bytes a payload may become to be shown, for people who look at one message. */
export const oneShownMaxBytes = 4_194_304;
/** And for those who look at many. */
export const tapShownMaxBytes = 1_048_576;

/** MessagePack has to be decoded whole to show its first rows: about 0.4 ms a kilobyte, many times what Arrow takes. */
const msgpackCost = 8;

/** A payload as people look at it. What cannot be read is content too; nothing here throws for what a publisher sent. */
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
    return unreadable(error instanceof Error ? error.message : String(error), payload);
  }
  if (typeof data === 'string') return { kind: 'text', text: data, is_json: isJson(data), is_cut: false };
  return bytesOf(data as Buffer);
}

/** The first bytes of a payload of format `bytes` that was cut on its way here. */
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

/** Throws when it is too wide to be shown. */
function tableOf(frame: DataFrame): ShownContent {
  const { columns, length } = frame;
  if (columns.length > columnMaxCount) {
    throw new Error(`a table of ${columns.length} columns is not shown, at most ${columnMaxCount} are`);
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
