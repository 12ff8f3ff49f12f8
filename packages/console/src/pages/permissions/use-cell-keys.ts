import { useCallback, useState } from 'react';
import { type CellRole, cellRoles } from './draft.js';

export interface Place {
  readonly row: number;
  readonly column: number;
}

export interface CellKeysOptions {
  readonly rowCount: number;
  readonly columnCount: number;
  readonly grid: React.RefObject<HTMLElement | null>;
  readonly scrollTo: (place: Place) => void;
  readonly onRole: (place: Place, role: CellRole) => void;
}

const pageStep = 12;

const steps: Readonly<Record<string, Place>> = {
  ArrowDown: { row: 1, column: 0 },
  ArrowUp: { row: -1, column: 0 },
  ArrowRight: { row: 0, column: 1 },
  ArrowLeft: { row: 0, column: -1 },
  PageDown: { row: pageStep, column: 0 },
  PageUp: { row: -pageStep, column: 0 },
  Home: { row: 0, column: -1e6 },
  End: { row: 0, column: 1e6 },
};

/** `0` to `3` set the roles from none to admin; Delete sets none. */
function roleOfKey(key: string): CellRole | undefined {
  if (key === 'Delete' || key === 'Backspace') return 'none';
  return /^[0-3]$/.test(key) ? cellRoles[Number(key)] : undefined;
}

const within = (value: number, count: number): number => Math.max(0, Math.min(count - 1, value));

/** The cell of an event; undefined outside the cells. */
export function placeOf(target: EventTarget | null): Place | undefined {
  if (!(target instanceof Element)) return undefined;
  const cell = target.closest<HTMLElement>('[data-column]');
  const row = cell?.closest<HTMLElement>('[data-row]');
  if (cell === null || row === null || row === undefined) return undefined;
  return { row: Number(row.dataset.row), column: Number(cell.dataset.column) };
}

/** Arrow keys move between cells, digits set roles. Only the current cell is in the tab order. */
export function useCellKeys({ rowCount, columnCount, grid, scrollTo, onRole }: CellKeysOptions) {
  const [wanted, setCurrent] = useState<Place>({ row: 0, column: 0 });
  const current = { row: within(wanted.row, rowCount), column: within(wanted.column, columnCount) };

  const focus = useCallback(
    (place: Place): void => {
      setCurrent(place);
      scrollTo(place);
      // The cell exists only after the grid has scrolled.
      requestAnimationFrame(() =>
        grid.current
          ?.querySelector<HTMLElement>(`[data-row="${place.row}"] [data-column="${place.column}"]`)
          ?.focus({ preventScroll: true }),
      );
    },
    [grid, scrollTo],
  );

  const onKeyDown = (event: React.KeyboardEvent): void => {
    const at = placeOf(event.target);
    if (at === undefined || event.metaKey || event.altKey) return;
    const step = steps[event.key];
    const role = event.ctrlKey ? undefined : roleOfKey(event.key);
    if (step !== undefined) {
      focus({ row: within(at.row + step.row, rowCount), column: within(at.column + step.column, columnCount) });
    } else if (role !== undefined) onRole(at, role);
    else return;
    event.preventDefault();
  };

  return { current, setCurrent, focus, onKeyDown };
}
