import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { classes } from '../classes.js';
import classNames from './payload.module.css';
import type { TableContent } from './payload-shape.js';

const isNumberType = (dtype: string): boolean => /^(u?int|float|double|decimal|number|half)/i.test(dtype);

function Cell({ value, isNumber }: { readonly value: unknown; readonly isNumber: boolean }) {
  const isMissing = value === null || value === undefined;
  const text = isMissing ? 'null' : typeof value === 'string' ? value : JSON.stringify(value);
  return (
    <td className={classes(isNumber && classNames.right, isMissing && classNames.missing)} title={text}>
      {text}
    </td>
  );
}

/** A DataFrame: typed columns, virtual rows, and how many of how many rows are here. */
export function FrameTable({ table }: { readonly table: TableContent }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: table.rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => 26,
    overscan: 12,
  });
  const template = `52px ${table.columns.map(({ dtype }) => (isNumberType(dtype) ? '104px' : 'minmax(120px, 220px)')).join(' ')}`;
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
                  <small>{dtype}</small>
                </th>
              ))}
            </tr>
          </thead>
          <tbody style={{ height: virtual.getTotalSize() }}>
            {virtual.getVirtualItems().map(({ key, index, start }) => (
              <tr key={key} aria-rowindex={index + 2} style={{ transform: `translateY(${start}px)` }}>
                <th scope="row">{index}</th>
                {table.columns.map(({ name, dtype }, column) => (
                  <Cell key={name} value={table.rows[index]?.[column]} isNumber={isNumberType(dtype)} />
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
