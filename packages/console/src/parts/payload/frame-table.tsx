import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { classes } from '../classes.js';
import { isWallClockType } from './bars.js';
import { type CellText, cellTexts, isNumberType } from './cell-text.js';
import classNames from './payload.module.css';
import type { TableContent } from './payload-shape.js';

function Cell(props: { readonly value: unknown; readonly isNumber: boolean; readonly textOf: CellText }) {
  const { value, isNumber, textOf } = props;
  const isMissing = value === null || value === undefined;
  const exact = typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <td
      className={classes(isNumber && classNames.right, isMissing && classNames.missing)}
      title={isMissing ? 'null' : exact}
    >
      {isMissing ? 'null' : textOf(value)}
    </td>
  );
}

const widthOf = (dtype: string): string => {
  if (isNumberType(dtype)) return '104px';
  if (isWallClockType(dtype)) return '196px';
  return /^datetime64/.test(dtype) ? '160px' : 'minmax(120px, 220px)';
};

/** A DataFrame with typed columns. Only the visible rows are rendered. A note says how many rows the broker sent. */
export function FrameTable({ table }: { readonly table: TableContent }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: table.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 26,
    overscan: 8,
    useFlushSync: false,
  });
  const texts = useMemo(() => cellTexts(table), [table]);
  const template = `52px ${table.columns.map(({ dtype }) => widthOf(dtype)).join(' ')}`;
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard. */}
      <section ref={scroller} className={classNames.scroll} tabIndex={0} aria-label={t('payload.table')}>
        <table className={classNames.frame} style={{ '--columns': template } as React.CSSProperties}>
          <thead>
            <tr>
              <th scope="col">#</th>
              {table.columns.map(({ name, dtype }) => (
                <th key={name} scope="col" className={classes(isNumberType(dtype) && classNames.right)} title={name}>
                  {name}
                  <small title={isWallClockType(dtype) ? t('payload.noZoneHint') : undefined}>
                    {isWallClockType(dtype) ? `${dtype}, ${t('payload.noZone')}` : dtype}
                  </small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ key, index, start }) => (
              <tr key={key} aria-rowindex={index + 2} style={{ transform: `translateY(${start}px)` }}>
                <th scope="row">{index}</th>
                {table.columns.map(({ name, dtype }, column) => (
                  <Cell
                    key={name}
                    value={table.rows[index]?.[column]}
                    isNumber={isNumberType(dtype)}
                    textOf={texts[column]!}
                  />
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={classNames.note}>
        {table.row_count > table.rows.length
          ? t('payload.rowsOf', { shown: exact(table.rows.length), total: exact(table.row_count) })
          : t('payload.shape', { rows: exact(table.row_count), columns: exact(table.columns.length) })}
      </p>
    </>
  );
}
