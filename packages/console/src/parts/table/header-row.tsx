import { useTranslation } from 'react-i18next';
import { classes } from '../classes.js';
import { Icon } from '../icon.js';
import type { Column, SortOrder } from './column.js';
import classNames from './table.module.css';

/** The order after a click: figures start descending, names ascending; a second click reverses. */
export function nextOrder<Row>(column: Column<Row>, order: SortOrder | null): SortOrder {
  if (order?.key === column.key) return { key: column.key, isDescending: !order.isDescending };
  return { key: column.key, isDescending: column.isNumber === true };
}

const ariaSort = (isSorted: boolean, order: SortOrder | null): 'ascending' | 'descending' | 'none' => {
  if (!isSorted) return 'none';
  return order?.isDescending ? 'descending' : 'ascending';
};

function Head<Row>(props: {
  readonly column: Column<Row>;
  readonly order: SortOrder | null;
  readonly onSort: () => void;
}) {
  const { t } = useTranslation();
  const { column, order, onSort } = props;
  const isSorted = order?.key === column.key;
  const label = (
    <>
      <span className="clip">
        {column.head}
        {column.unit !== undefined && ' '}
        {column.unit !== undefined && <span className={classNames.unit}>{column.unit}</span>}
      </span>
      {isSorted && <Icon name={order.isDescending ? 'arrowDown' : 'arrowUp'} size={11} />}
    </>
  );
  return (
    <th
      scope="col"
      aria-sort={column.sortBy === undefined ? undefined : ariaSort(isSorted, order)}
      className={classes(classNames.head, column.isNumber && classNames.number)}
    >
      {column.sortBy === undefined ? (
        label
      ) : (
        <button type="button" onClick={onSort} title={t('table.sortBy', { column: column.head })}>
          {label}
        </button>
      )}
    </th>
  );
}

/** The heads of the columns. A click sorts. */
export function HeaderRow<Row>(props: {
  readonly columns: readonly Column<Row>[];
  readonly order: SortOrder | null;
  readonly onOrder: (order: SortOrder) => void;
}) {
  const { t } = useTranslation();
  return (
    <thead className={classNames.header}>
      <tr aria-rowindex={1} className={classNames.row}>
        {props.columns.map((column) => (
          <Head
            key={column.key}
            column={column}
            order={props.order}
            onSort={() => props.onOrder(nextOrder(column, props.order))}
          />
        ))}
        <th scope="col" className={classNames.head}>
          <span className="unseen">{t('table.rowActions')}</span>
        </th>
      </tr>
    </thead>
  );
}
