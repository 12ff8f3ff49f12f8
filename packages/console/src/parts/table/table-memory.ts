import { useCallback, useState } from 'react';
import type { SortOrder } from './column.js';

/** What a reader chose for one table. `columns` null: as designed. */
export interface TableMemory {
  readonly order: SortOrder | null;
  readonly columns: readonly string[] | null;
}

const keyOf = (tableId: string): string => `pulsemq.table.${tableId}`;

/** What was stored, as far as it is what this version stores. */
export function memoryFrom(text: string | null, otherwise: TableMemory): TableMemory {
  if (text === null) return otherwise;
  try {
    const { order, columns } = JSON.parse(text) as Partial<TableMemory>;
    const isOrder = typeof order?.key === 'string' && typeof order.isDescending === 'boolean';
    const isList = Array.isArray(columns) && columns.every((key) => typeof key === 'string');
    return { order: isOrder ? order : otherwise.order, columns: isList ? columns : null };
  } catch {
    // Something else's; the design holds.
    return otherwise;
  }
}

/** Order and columns of one table, remembered in this browser. */
export function useTableMemory(tableId: string, order: SortOrder | null) {
  const [memory, setMemory] = useState(() =>
    memoryFrom(localStorage.getItem(keyOf(tableId)), { order, columns: null }),
  );
  const remember = useCallback(
    (change: Partial<TableMemory>) =>
      setMemory((was) => {
        const next = { ...was, ...change };
        localStorage.setItem(keyOf(tableId), JSON.stringify(next));
        return next;
      }),
    [tableId],
  );
  return [memory, remember] as const;
}
