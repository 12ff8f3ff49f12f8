import { ByteWriter, ParquetWriter, type Writer } from 'hyparquet-writer';
import type { HistoryTable } from '../history-table.js';
import type { RowRange } from './encoded-values.js';
import { type ParquetColumn, parquetColumn } from './parquet-column.js';

/** Rows of one row group, a multiple of eight. A group is written at once, so this bounds the memory of an answer. */
const groupRowCount = 100_000;
const writerBytes = 1_048_576;

/** Writes a table as a Parquet file, compressed by Snappy, in a piece for each row group. Lists and objects are JSON. */
export async function writeParquet(table: HistoryTable, write: (piece: Uint8Array) => Promise<void>): Promise<void> {
  const columns = table.columns().map((column) => parquetColumn(column, table.rowCount));
  const bytes = new ByteWriter(writerBytes);
  const flush = (): Promise<void> => {
    const piece = bytes.getBytes().slice();
    bytes.index = 0;
    return write(piece);
  };
  const writer: Writer = Object.assign(bytes, { flush, finish: flush });
  const parquet = new ParquetWriter({
    writer,
    schema: [{ name: 'history', num_children: columns.length }, ...columns.map(({ element }) => element)],
  });
  for (let first = 0; first < table.rowCount; first += groupRowCount) {
    writeGroup(parquet, columns, { first, end: Math.min(first + groupRowCount, table.rowCount) });
    await flush();
  }
  await parquet.finish();
}

function writeGroup(parquet: ParquetWriter, columns: readonly ParquetColumn[], range: RowRange): void {
  const start = parquet.writer.offset;
  const chunks = [];
  for (const column of columns) chunks.push(column.write(parquet, range));
  const rowCount = BigInt(range.end - range.first);
  parquet.num_rows += rowCount;
  parquet.row_groups.push({
    columns: chunks,
    total_byte_size: chunks.reduce((sum, { meta_data }) => sum + (meta_data?.total_uncompressed_size ?? 0n), 0n),
    num_rows: rowCount,
    total_compressed_size: BigInt(parquet.writer.offset - start),
  });
}
