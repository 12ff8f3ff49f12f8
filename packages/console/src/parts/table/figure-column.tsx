import { Ago } from '../ago.js';
import { Figure } from '../figure.js';
import type { Column } from './column.js';

type Head<Row> = Pick<Column<Row>, 'key' | 'head' | 'unit' | 'width' | 'narrowWidth' | 'isNarrow' | 'isExtra'>;

/** A column of numbers, sorted by their value. Null is shown as a dash. */
export function figureColumn<Row>(head: Head<Row>, read: (row: Row) => number | null): Column<Row> {
  return {
    ...head,
    isNumber: true,
    cell: (row) => <Figure value={read(row)} unit={head.unit} />,
    sortBy: read,
  };
}

/** A column of times, shown and sorted as ages: the newest time is the smallest age. */
export function ageColumn<Row>(head: Head<Row>, read: (row: Row) => string | null): Column<Row> {
  return {
    ...head,
    isNumber: true,
    cell: (row) => <Ago at={read(row)} />,
    sortBy: (row) => {
      const at = read(row);
      return at === null ? null : -Date.parse(at);
    },
  };
}
