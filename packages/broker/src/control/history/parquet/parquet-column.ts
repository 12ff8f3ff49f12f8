import { CalendarDate, PreciseDate } from '@pulsemq/codecs';
import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import type { ParquetWriter, SchemaElement } from 'hyparquet-writer';
import { cellText } from '../cell-text.js';
import { valuesOf } from '../columns/stored-cells.js';
import type { TableColumn } from '../history-table.js';
import { writeBuffered } from './buffered-column.js';
import type { ColumnChunk } from './column-chunk.js';
import type { RowRange } from './encoded-values.js';
import { writePlain } from './plain-column.js';

/** How a column stands in a Parquet file. */
export interface ParquetColumn {
  readonly element: SchemaElement;
  /** Writes the rows of a row group, and returns what the end of the file says about them. */
  write(parquet: ParquetWriter, range: RowRange): ColumnChunk;
}

/** The type of a column, and a cell that is not missing in the form that the type has. */
interface CellWriter {
  readonly element: SchemaElement;
  write(cell: unknown): unknown;
}

/** What a cell is, as far as it decides the type of its column. */
type CellKind = 'integer' | 'float' | 'text' | 'flag' | 'time' | 'localTime' | 'date' | 'bytes' | 'other';

const int64Min = -(2n ** 63n);
const int64Max = 2n ** 63n - 1n;
const utf8 = { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
const nanosecondsPerMicrosecond = 1_000n;

/** The type that holds all cells of a column exactly; where there is none, their text. */
export function parquetColumn({ name, cells, isFloat }: TableColumn, rowCount: number): ParquetColumn {
  const buffers = cells?.toArrow(isFloat) ?? null;
  if (buffers !== null) {
    const element = bufferedElement(name, buffers.type);
    return { element, write: ({ writer }, range) => writeBuffered(writer, element, buffers, range) };
  }
  const values = valuesOf(cells, rowCount);
  const { element, write } = writerOf(name, values, isFloat);
  return {
    element,
    write: (parquet, { first, end }) => {
      const written = values.slice(first, end).map((cell) => (cell === null ? null : write(cell)));
      return writePlain(parquet, element, written);
    },
  };
}

function bufferedElement(name: string, type: ArrowBuffers['type']): SchemaElement {
  switch (type) {
    case 'int64':
      return optional(name, { type: 'INT64' });
    case 'float64':
      return optional(name, { type: 'DOUBLE' });
    case 'bool':
      return optional(name, { type: 'BOOLEAN' });
    case 'utf8':
      return optional(name, utf8);
    case 'timestamp':
      return time(name, true).element;
    default:
      return type satisfies never;
  }
}

function writerOf(name: string, cells: readonly unknown[], isFloat: boolean): CellWriter {
  const kinds = new Set<CellKind>();
  let hasBigint = false;
  let hasNanoseconds = false;
  for (const cell of cells) {
    if (cell === null) continue;
    kinds.add(kindOf(cell));
    if (typeof cell === 'bigint') hasBigint = true;
    if (cell instanceof PreciseDate && cell.epochNanoseconds % nanosecondsPerMicrosecond !== 0n) hasNanoseconds = true;
  }
  const areNumbers = [...kinds].every((kind) => kind === 'integer' || kind === 'float');
  if (kinds.size === 0) return isFloat ? float(name) : text(name);
  if (areNumbers && !hasBigint && (isFloat || kinds.has('float'))) return float(name);
  return kinds.size === 1 ? columnOfKind(name, [...kinds][0]!, hasNanoseconds) : text(name);
}

function kindOf(cell: unknown): CellKind {
  switch (typeof cell) {
    case 'number':
      // -0 would lose its sign in a column of integers.
      return Number.isSafeInteger(cell) && !Object.is(cell, -0) ? 'integer' : 'float';
    case 'bigint':
      return cell >= int64Min && cell <= int64Max ? 'integer' : 'other';
    case 'string':
      return 'text';
    case 'boolean':
      return 'flag';
    default:
      return kindOfObject(cell as object);
  }
}

function kindOfObject(cell: object): CellKind {
  if (cell instanceof PreciseDate) return cell.timezone === null ? 'localTime' : 'time';
  // It is a Date, too.
  if (cell instanceof CalendarDate) return 'date';
  if (cell instanceof Date) return Number.isNaN(cell.getTime()) ? 'other' : 'localTime';
  return cell instanceof Uint8Array ? 'bytes' : 'other';
}

function columnOfKind(name: string, kind: CellKind, hasNanoseconds: boolean): CellWriter {
  switch (kind) {
    case 'integer':
      return { element: optional(name, { type: 'INT64' }), write: (cell) => BigInt(cell as number | bigint) };
    case 'flag':
      return { element: optional(name, { type: 'BOOLEAN' }), write: (cell) => cell };
    case 'date':
      return {
        element: optional(name, { type: 'INT32', converted_type: 'DATE' }),
        write: (cell) => (cell as CalendarDate).epochDays,
      };
    case 'bytes':
      return { element: optional(name, { type: 'BYTE_ARRAY' }), write: (cell) => cell };
    case 'time':
    case 'localTime':
      // Nanoseconds in 64 bits end in the year 2262: what has them is text.
      return hasNanoseconds ? text(name) : time(name, kind === 'time');
    case 'float':
      return float(name);
    case 'text':
    case 'other':
      return text(name);
    default:
      return kind satisfies never;
  }
}

const asIs = (cell: unknown): unknown => cell;

const float = (name: string): CellWriter => ({ element: optional(name, { type: 'DOUBLE' }), write: asIs });

const text = (name: string): CellWriter => ({ element: optional(name, utf8), write: cellText });

function time(name: string, isUtc: boolean): CellWriter {
  const logicalType = { type: 'TIMESTAMP', isAdjustedToUTC: isUtc, unit: 'MICROS' } as const;
  return {
    element: optional(name, { type: 'INT64', logical_type: logicalType }),
    write: (cell) =>
      cell instanceof PreciseDate
        ? cell.epochNanoseconds / nanosecondsPerMicrosecond
        : BigInt((cell as Date).getTime()) * 1_000n,
  };
}

const optional = (name: string, type: Omit<SchemaElement, 'name'>): SchemaElement => ({
  name,
  repetition_type: 'OPTIONAL',
  ...type,
});
