import { useCallback, useState } from 'react';
import { copyText } from '../copy-text.js';

export interface RowKeysOptions<Row> {
  readonly rows: readonly Row[];
  readonly scroller: React.RefObject<HTMLElement | null>;
  readonly scrollTo: (index: number) => void;
  readonly onOpen: ((row: Row) => void) | undefined;
}

const pageStep = 12;

function targetOf(key: string, at: number, count: number): number | undefined {
  const steps: Readonly<Record<string, number>> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + pageStep,
    PageUp: at - pageStep,
    Home: 0,
    End: count - 1,
  };
  const wanted = steps[key];
  return wanted === undefined ? undefined : Math.max(0, Math.min(count - 1, wanted));
}

/** Arrow keys move between rows, Enter opens a row, `c` copies it as JSON. Only the current row is in the tab order. */
export function useRowKeys<Row>({ rows, scroller, scrollTo, onOpen }: RowKeysOptions<Row>) {
  const [current, setCurrent] = useState(-1);

  const moveTo = useCallback(
    (index: number): void => {
      setCurrent(index);
      scrollTo(index);
      // The row exists only after the list has scrolled.
      requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"]`)?.focus());
    },
    [scroller, scrollTo],
  );

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const isOnRow = event.target instanceof HTMLElement && event.target.dataset.index !== undefined;
    if (!isOnRow || event.ctrlKey || event.metaKey) return;
    const row = rows[current];
    const target = targetOf(event.key, current, rows.length);
    if (target !== undefined) moveTo(target);
    else if (event.key === 'Enter' && row !== undefined && onOpen !== undefined) onOpen(row);
    else if (event.key === 'c' && row !== undefined) void copyText(JSON.stringify(row, null, 2));
    else return;
    event.preventDefault();
  };

  return { current, setCurrent, onKeyDown };
}
