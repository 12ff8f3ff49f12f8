import type { ParquetWriter, SchemaElement } from 'hyparquet-writer';
import { writeColumn } from 'hyparquet-writer/src/column.js';
import type { ColumnChunk } from './column-chunk.js';

/** Bytes of a page, before compression. */
const pageBytes = 1_048_576;

/** Writes the cells of a row group one by one. Null is a missing cell. */
export function writePlain(parquet: ParquetWriter, element: SchemaElement, cells: unknown[]): ColumnChunk {
  const written = writeColumn({
    writer: parquet.writer,
    column: {
      columnName: element.name,
      element,
      schemaPath: [parquet.schema[0]!, element],
      codec: parquet.codec,
      compressors: { SNAPPY: parquet.compressors.SNAPPY },
      stats: true,
      pageSize: pageBytes,
      columnIndex: false,
      offsetIndex: true,
    },
    pageData: {
      values: cells,
      definitionLevels: cells.map((cell) => (cell === null ? 0 : 1)),
      repetitionLevels: [],
      maxDefinitionLevel: 1,
    },
  });
  parquet.pendingIndexes.push(written);
  return written.chunk;
}
