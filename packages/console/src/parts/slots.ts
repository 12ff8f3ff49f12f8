import type { VirtualItem } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef } from 'react';

/** A visible item, and the slot whose elements render it. */
export interface Slotted {
  readonly slot: number;
  readonly item: VirtualItem;
}

/**
 * Reuses the elements of items that have left the screen for those that enter it: to create new ones took half of the time of
 * scrolling. The result is in the order of the slots, so that no element moves in the page; `aria-rowindex` has the real position.
 */
export function useSlots(items: readonly VirtualItem[]): readonly Slotted[] {
  const count = useRef(1);
  return useMemo(() => {
    count.current = Math.max(count.current, items.length);
    return items
      .map((item) => ({ slot: item.index % count.current, item }))
      .sort((one, other) => one.slot - other.slot);
  }, [items]);
}

/** Removes the focus when the row shows another item, so that a key does not act on that item. */
export function useBlurOn(item: number): React.RefObject<HTMLTableRowElement | null> {
  const row = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another item is the event.
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && row.current?.contains(activeElement)) activeElement.blur();
  }, [item]);
  return row;
}
