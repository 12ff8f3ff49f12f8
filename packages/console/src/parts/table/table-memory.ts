import { useCallback, useState } from 'react';
import type { SortOrder } from './column.js';

/** The viewer's choices for one table. `columns` null means the default columns. */
export interface TableMemory {
  readonly order: SortOrder | null;
  readonly columns: readonly string[] | null;
}

const keyOf = (tableId: string): string => `pulsemq.table.${tableId}`;

/** The stored choices. Parts that this version does not understand are replaced by the defaults. */
export function memoryFrom(text: string | null, otherwise: TableMemory): TableMemory {
  if (text === null) return otherwise;
  try {
    const { order, columns } = JSON.parse(text) as Partial<TableMemory>;
    const isOrder = typeof order?.key === 'string' && typeof order.isDescending === 'boolean';
    const isList = Array.isArray(columns) && columns.every((key) => typeof key === 'string');
    return { order: isOrder ? order : otherwise.order, columns: isList ? columns : null };
  } catch {
    // Not written by this console: the defaults apply.
    return otherwise;
  }
}

/** The order and the columns of one table, stored in this browser. */
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
