import type { ParquetWriter } from 'hyparquet-writer';

/** A column of a row group, as the end of a file describes it. */
export type ColumnChunk = ParquetWriter['row_groups'][number]['columns'][number];
