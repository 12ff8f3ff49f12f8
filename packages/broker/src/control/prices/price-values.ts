import { DataFrame, decodePayload } from '@pulsemq/codecs';
import { FormatCode } from '@pulsemq/protocol';

/** A cell of a board. */
export type PriceValue = number | string | null;

/** Largest payload that is decoded. MessagePack takes many times as long as the other formats. */
const decodedMaxBytes = 65_536;
const msgpackMaxBytes = 16_384;
const nameMaxChars = 100;
const textMaxChars = 200;
const columnMaxCount = 100;

/**
 * The values of a payload by column: of the last row of a DataFrame, or of a JSON object, or of the last object of a JSON array. A number or a short
 * text alone has the name `value`. Lists, structs and bytes have no place on a board. Empty for a payload without columns, or one that cannot
 * be decoded.
 */
export function priceValues(
  { format, flags }: { readonly format: number; readonly flags: number },
  payload: Uint8Array,
): ReadonlyMap<string, PriceValue> {
  let data: unknown;
  try {
    const limitBytes = format === FormatCode.df_msgpack ? msgpackMaxBytes : decodedMaxBytes;
    data = decodePayload(format, flags, payload, limitBytes).data;
    if (data instanceof DataFrame) return ofFrame(data);
  } catch {
    // Publishers send what they like. The page of the topic shows why a payload cannot be decoded; a board shows a topic without values.
    return new Map();
  }
  return typeof data === 'string' ? ofText(data) : new Map();
}

function ofFrame(frame: DataFrame): Map<string, PriceValue> {
  const row = frame.plainRows(frame.length).at(-1) ?? [];
  return ofPairs(frame.columnNames.map((name, index) => [name, row[index]]));
}

function ofText(text: string): Map<string, PriceValue> {
  const parsed = jsonIn(text);
  const newest = Array.isArray(parsed) ? parsed.at(-1) : parsed;
  if (typeof newest === 'object' && newest !== null && !Array.isArray(newest)) return ofPairs(Object.entries(newest));
  return ofPairs([['value', newest ?? null]]);
}

/** The value of a JSON text; any other text is itself. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

function ofPairs(pairs: readonly (readonly [string, unknown])[]): Map<string, PriceValue> {
  const values = new Map<string, PriceValue>();
  for (const [name, cell] of pairs.slice(0, columnMaxCount)) {
    const value = priceValue(cell);
    if (value !== undefined && name.length <= nameMaxChars) values.set(name, value);
  }
  return values;
}

/** The value of a cell on a board. Undefined for a type that a board does not show; NaN counts as missing. */
function priceValue(cell: unknown): PriceValue | undefined {
  if (cell === null || cell === undefined || cell === 'NaN') return null;
  if (typeof cell === 'number') return Number.isFinite(cell) ? cell : String(cell);
  if (typeof cell === 'string') return cell.length > textMaxChars ? `${cell.slice(0, textMaxChars)}…` : cell;
  return typeof cell === 'boolean' ? String(cell) : undefined;
}
