import { memo, useCallback, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { classes } from '../classes.js';
import { CopyButton } from '../copy-button.js';
import { useBlurOn } from '../slots.js';
import type { Column } from './column.js';
import classNames from './table.module.css';

export interface BodyRowProps<Row> {
  readonly row: Row;
  readonly index: number;
  readonly top: number;
  readonly columns: readonly Column<Row>[];
  readonly isCurrent: boolean;
  readonly isFocusable: boolean;
  readonly onOpen: ((row: Row) => void) | undefined;
  readonly onFocus: (index: number) => void;
  readonly tone: string | undefined;
}

const isControl = (target: EventTarget | null): boolean =>
  target instanceof Element && target.closest('a, button, input, label, [role="combobox"]') !== null;

/** A button with a tooltip takes as long as several cells, so another row in its place does not render it again. */
const RowCopyButton = memo(CopyButton);

function BodyRowParts<Row>(props: BodyRowProps<Row>) {
  const { t } = useTranslation();
  const { row, index, top, columns, isCurrent, isFocusable, onOpen, onFocus, tone } = props;
  const element = useBlurOn(index);
  const latest = useRef(row);
  latest.current = row;
  const copied = useCallback(() => JSON.stringify(latest.current, null, 2), []);
  return (
    <tr
      ref={element}
      aria-rowindex={index + 2}
      aria-selected={isCurrent || undefined}
      data-index={index}
      data-tone={tone}
      tabIndex={isFocusable ? 0 : -1}
      className={classes(classNames.row, classNames.body, isCurrent && classNames.current)}
      style={{ transform: `translateY(${top}px)` }}
      onFocus={() => onFocus(index)}
      onClick={(event) => {
        if (!isControl(event.target)) onOpen?.(row);
      }}
      data-opens={onOpen !== undefined || undefined}
    >
      {columns.map((column) => (
        <td key={column.key} className={classes(classNames.cell, column.isNumber && classNames.number)}>
          {column.cell(row)}
        </td>
      ))}
      <td className={classes(classNames.cell, classNames.rowActions)}>
        <RowCopyButton text={copied} label={t('actions.copyJson')} isUnfocusable />
      </td>
    </tr>
  );
}

/** One row at its place in the list. It is rendered again only when its props change. */
export const BodyRow = memo(BodyRowParts) as typeof BodyRowParts;
