import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSlots } from '../slots.js';
import { useSize } from '../use-size.js';
import { BodyRow } from './body-row.js';
import { type Column, type SortOrder, searched, sorted } from './column.js';
import { ColumnMenu } from './column-menu.js';
import { HeaderRow } from './header-row.js';
import classNames from './table.module.css';
import { NothingFound, TableBar } from './table-bar.js';
import { useTableMemory } from './table-memory.js';
import { useRowKeys } from './use-row-keys.js';

export interface DataTableProps<Row> {
  /** The key under which the order and the columns are stored. */
  readonly id: string;
  readonly label: string;
  readonly rows: readonly Row[];
  readonly columns: readonly Column<Row>[];
  readonly order?: SortOrder | null;
  readonly onOpen?: (row: Row) => void;
  /** The rows that are on the screen now, whenever they change. */
  readonly onVisible?: (rows: readonly Row[]) => void;
  /** Marks a row, such as `warning`, with a line at its edge. A cell has the word for it. */
  readonly toneOf?: (row: Row) => string | undefined;
  /** Shown when the table has no rows at all. */
  readonly empty: React.ReactNode;
  /** The search, when the page keeps its state; else the table does. */
  readonly search?: string;
  readonly onSearch?: (search: string) => void;
  readonly placeholder?: string;
  /** The page has searched and sorted the rows already. */
  readonly isPrepared?: boolean;
  /** The count of all rows, when the page has not loaded all of them. */
  readonly total?: number;
  /** Hides the search, when the page has its own filters. */
  readonly hasNoSearch?: boolean;
  /** Filters beside the search. */
  readonly filters?: React.ReactNode;
}

const rowHeight = 32;
const narrowWidth = 620;

/** The columns that the viewer chose, else the default ones. On a narrow screen only those marked for it. */
function columnsShown<Row>(all: readonly Column<Row>[], chosen: readonly string[] | null, isNarrow: boolean) {
  const wanted = all.filter(({ key, isExtra }) => (chosen === null ? !isExtra : chosen.includes(key)));
  const narrow = wanted.filter((column) => column.isNarrow);
  return isNarrow && narrow.length > 0 ? narrow : wanted;
}

/** On a narrow screen the first column takes the remaining width, and the row has no actions. */
function templateOf<Row>(shown: readonly Column<Row>[], isNarrow: boolean): string {
  if (!isNarrow) return `${shown.map(({ width }) => width).join(' ')} 34px`;
  const widthOf = ({ isNumber, narrowWidth }: Column<Row>): string => narrowWidth ?? (isNumber ? '78px' : '98px');
  return shown.map((column, index) => (index === 0 ? 'minmax(0, 1fr)' : widthOf(column))).join(' ');
}

/** The rows and columns to show: searched, sorted and chosen by the page or by the viewer. */
function useTable<Row>(props: DataTableProps<Row>, isNarrow: boolean) {
  const { rows, columns, isPrepared = false } = props;
  const [memory, remember] = useTableMemory(props.id, props.order ?? null);
  const [ownSearch, setOwnSearch] = useState('');
  const search = props.search ?? ownSearch;
  const shown = useMemo(() => columnsShown(columns, memory.columns, isNarrow), [columns, memory.columns, isNarrow]);
  const visible = useMemo(
    () => (isPrepared ? rows : sorted(searched(rows, columns, search), columns, memory.order)),
    [rows, columns, search, memory.order, isPrepared],
  );
  return {
    shown,
    visible,
    search,
    setSearch: props.onSearch ?? setOwnSearch,
    order: isPrepared ? null : memory.order,
    remember,
  };
}

/** The rows that are on the screen, and the keys that move between them. */
function useRows<Row>(
  { onOpen, onVisible }: DataTableProps<Row>,
  visible: readonly Row[],
  scroller: React.RefObject<HTMLDivElement | null>,
) {
  const virtual = useVirtualizer({
    count: visible.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    overscan: 6,
    useFlushSync: false,
    paddingStart: rowHeight,
  });
  const slots = useSlots(virtual.getVirtualItems());
  useEffect(() => {
    onVisible?.(slots.flatMap(({ item }) => visible[item.index] ?? []));
  }, [slots, visible, onVisible]);
  const scrollTo = useCallback((index: number) => virtual.scrollToIndex(index), [virtual]);
  const keys = useRowKeys({ rows: visible, scroller, scrollTo, onOpen });
  return { slots, keys, height: virtual.getTotalSize() };
}

function Grid<Row>(props: {
  readonly table: DataTableProps<Row>;
  readonly shown: readonly Column<Row>[];
  readonly visible: readonly Row[];
  readonly rows: ReturnType<typeof useRows<Row>>;
  readonly isNarrow: boolean;
  readonly head: React.ReactNode;
}) {
  const { table, shown, visible, isNarrow } = props;
  const { slots, keys, height } = props.rows;
  return (
    <table
      aria-label={table.label}
      aria-rowcount={visible.length + 1}
      style={{ '--columns': templateOf(shown, isNarrow), height } as React.CSSProperties}
      className={classNames.grid}
      data-narrow={isNarrow}
      onKeyDown={keys.onKeyDown}
    >
      {props.head}
      <tbody>
        {slots.map(({ slot, item: { index, start } }) => (
          <BodyRow
            key={slot}
            row={visible[index]!}
            index={index}
            top={start - rowHeight}
            columns={shown}
            isCurrent={keys.current === index}
            isFocusable={index === Math.max(0, keys.current)}
            onOpen={table.onOpen}
            onFocus={keys.setCurrent}
            tone={table.toneOf?.(visible[index]!)}
          />
        ))}
      </tbody>
    </table>
  );
}

/** A table with search, sorting and a choice of columns. Only the visible rows are rendered. */
export function DataTable<Row>(props: DataTableProps<Row>) {
  const { t } = useTranslation();
  const { rows, columns } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const { width } = useSize(scroller);
  const isNarrow = width > 0 && width < narrowWidth;
  const { shown, visible, search, setSearch, order, remember } = useTable(props, isNarrow);
  const view = useRows(props, visible, scroller);
  const head = <HeaderRow columns={shown} order={order} onOrder={(next) => remember({ order: next })} />;
  return (
    <div className={classNames.table}>
      <TableBar
        {...props}
        search={search}
        onSearch={setSearch}
        shown={visible.length}
        total={props.total ?? rows.length}
      >
        <ColumnMenu
          columns={columns}
          shown={shown.map(({ key }) => key)}
          onChange={(list) => remember({ columns: list })}
        />
      </TableBar>
      <div ref={scroller} className="sheet">
        <Grid table={props} shown={shown} visible={visible} rows={view} isNarrow={isNarrow} head={head} />
        {rows.length === 0 && <div className={classNames.none}>{props.empty}</div>}
        {rows.length > 0 && visible.length === 0 && (
          <NothingFound onClear={() => setSearch('')} text={t('table.nothingMatches')} />
        )}
      </div>
    </div>
  );
}
