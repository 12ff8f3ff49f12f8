import { DataFrame } from '@pulsemq/codecs';
import type { ArrowBuffers } from '@pulsemq/codecs/arrow-buffers';
import { PulseMQError } from '@pulsemq/protocol';
import { cellText } from '../cell-text.js';
import type { TableColumn } from '../history-table.js';
import { AnyCells } from './any-cells.js';

/** The cells of a column for Arrow, or their JSON where no Arrow type holds all of them exactly. */
export function arrowCells({ name, cells, isFloat }: TableColumn, rowCount: number): ArrowBuffers | readonly unknown[] {
  const buffers = cells?.toArrow(isFloat) ?? null;
  if (buffers !== null) return buffers;
  const values = valuesOf(cells, rowCount);
  try {
    DataFrame.fromColumnList([[name, values]], isFloat ? new Map([[name, 'float64']]) : undefined);
    return values;
  } catch (error) {
    if (!(error instanceof PulseMQError)) throw error;
    return values.map(cellText);
  }
}

/** The cells of a column as values; null for a missing one. */
export function valuesOf(cells: TableColumn['cells'], rowCount: number): readonly unknown[] {
  if (cells instanceof AnyCells) return cells.values;
  return Array.from({ length: rowCount }, (_, row) => cells?.at(row) ?? null);
}
