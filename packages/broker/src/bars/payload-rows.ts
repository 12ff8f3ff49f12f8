import { DataFrame, decodePayload, parseExactJson } from '@pulsemq/codecs';
import { decodeHeader } from '@pulsemq/protocol';

/** The rows of one message: their columns, and the cells of each row by the place of the column. */
export interface PayloadRows {
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
  /** Columns whose numbers are float64 in a DataFrame, also where all of them are whole. */
  readonly floats: ReadonlySet<string>;
}

/** Name of the column of a payload that is one number, one text or bytes. */
export const valueColumn = 'value';
/** Name of the column that says why a payload could not be decoded. */
export const problemColumn = '_problem';

const noFloats: ReadonlySet<string> = new Set();

/**
 * The rows of a message by its header and its payload: those of a DataFrame, a JSON object, or the objects of a JSON array. Any other payload is one row with the column `value`.
 * A payload that cannot be decoded is one row with the column `_problem`.
 */
export function payloadRows(head: Uint8Array, payload: Uint8Array): PayloadRows {
  let data: unknown;
  try {
    const { format, flags } = decodeHeader(head);
    data = decodePayload(format, flags, payload).data;
    if (data instanceof DataFrame) return ofFrame(data);
  } catch (error) {
    return {
      names: [problemColumn],
      rows: [[error instanceof Error ? error.message : String(error)]],
      floats: noFloats,
    };
  }
  return typeof data === 'string' ? ofText(data) : { names: [valueColumn], rows: [[data]], floats: noFloats };
}

function ofFrame(frame: DataFrame): PayloadRows {
  const cells = frame.cells();
  const rows = Array.from({ length: frame.length }, (_, row) => cells.map((column) => column[row]));
  const floats = frame.columns.filter(({ dtype }) => dtype === 'float64').map(({ name }) => name);
  return { names: frame.columnNames, rows, floats: new Set(floats) };
}

function ofText(text: string): PayloadRows {
  const parsed = jsonIn(text);
  if (!Array.isArray(parsed)) return ofValues([parsed]);
  return parsed.some(isObject) ? ofValues(parsed) : ofValues([text]);
}

/** Rows of objects; anything else is the column `value` of its row. */
function ofValues(values: readonly unknown[]): PayloadRows {
  const objects = values.map((value) => (isObject(value) ? value : { [valueColumn]: value }));
  const [first] = objects;
  if (objects.length === 1) return { names: Object.keys(first!), rows: [Object.values(first!)], floats: noFloats };
  const names = [...new Set(objects.flatMap((one) => Object.keys(one)))];
  return { names, rows: objects.map((one) => names.map((name) => one[name])), floats: noFloats };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** An integer that a double may have rounded. */
const longInteger = /\d{16}/;

/** The value of a JSON text; any other text is itself. */
function jsonIn(text: string): unknown {
  try {
    // The exact parser takes ten times as long.
    return longInteger.test(text) ? parseExactJson(text) : JSON.parse(text);
  } catch {
    // Texts need not be JSON.
    return text;
  }
}
