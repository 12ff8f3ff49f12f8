import {
  batchType,
  bool,
  Column,
  type DataType,
  float64,
  int64,
  tableFromColumns,
  tableToIPC,
  timestamp,
  utf8,
} from '@uwdata/flechette';
import { unitCode } from '../value/time-unit.js';
import { exact } from './arrow-options.js';
import { buildColumn } from './build-column.js';
import { checkColumns } from './frame-columns.js';
import type { ColumnValues } from './named-values.js';

/** The entry `@pulsemq/codecs/arrow-buffers`: Arrow streams of columns that are gathered in the buffers that Arrow stores. */

/** A column in the buffers that Arrow stores. What they hold in the place of a missing value is not read. */
export interface ArrowBuffers {
  /** `timestamp` is microseconds since 1970, UTC. */
  readonly type: 'int64' | 'float64' | 'bool' | 'utf8' | 'timestamp';
  /** Number of rows. */
  readonly length: number;
  /** Rows without a value. */
  readonly missingCount: number;
  /** A bit for each row, from the lowest bit of the first byte: 1 for a value, 0 for a missing one. Empty when all rows have a value. */
  readonly validity: Uint8Array;
  /** The values, one beside the other: the bits of `bool`, the UTF-8 of all texts. */
  readonly values: BigInt64Array | Float64Array | Uint8Array;
  /** For `utf8`: where the text of each row begins, and where the last one ends. */
  readonly offsets?: Int32Array;
  /** For `timestamp`: the zone of the column. */
  readonly zone?: string;
}

/** The name and values of a column: in buffers, or as `DataFrame.fromColumnList` takes them. */
export type BufferedColumn = readonly [name: string, values: ArrowBuffers | ColumnValues];

/**
 * An Arrow IPC stream of these columns, in pieces, one after another: most are the buffers themselves, so that a large stream is not copied. At least one column; all have the same length.
 * Columns in `types` are float64 even if all their values are whole. Throws a PulseMQError `PMQ_BAD_PAYLOAD` as `DataFrame.fromColumnList` does.
 */
export function arrowPieces(columns: readonly BufferedColumn[], types: ReadonlySet<string>): Uint8Array[] {
  checkColumns(columns.map(([name, values]) => [name, isBuffers(values) ? new Array(values.length) : values]));
  const built = columns.map(([name, values]): [string, Column<unknown>] => [
    name,
    isBuffers(values) ? columnOf(values) : buildColumn(name, values, types.has(name)),
  ]);
  const pieces: Uint8Array[] = [];
  const write = (bytes: Uint8Array): void => {
    if (bytes.length > 0) pieces.push(bytes);
  };
  tableToIPC(tableFromColumns(built), {
    format: 'stream',
    sink: { write, pad: (count) => write(new Uint8Array(count)), finish: () => null },
  });
  return pieces;
}

const isBuffers = (values: ArrowBuffers | ColumnValues): values is ArrowBuffers => 'missingCount' in values;

function columnOf({ type, length, missingCount, validity, values, offsets, zone }: ArrowBuffers): Column<unknown> {
  const arrowType = type === 'timestamp' ? timestamp(unitCode.us, zone ?? null) : arrowTypes[type]();
  if (length === 0) return new Column([], arrowType);
  const BatchOfType = batchType(arrowType, exact) as unknown as new (batch: object) => never;
  return new Column(
    [new BatchOfType({ length, nullCount: missingCount, type: arrowType, validity, values, offsets })],
    arrowType,
  );
}

const arrowTypes: Readonly<Record<Exclude<ArrowBuffers['type'], 'timestamp'>, () => DataType>> = {
  int64,
  float64,
  bool,
  utf8,
};
