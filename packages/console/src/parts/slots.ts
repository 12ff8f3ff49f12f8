import type { VirtualItem } from '@tanstack/react-virtual';
import { useLayoutEffect, useMemo, useRef } from 'react';

/** An item in sight, in the slot whose elements draw it. */
export interface Slotted {
  readonly slot: number;
  readonly item: VirtualItem;
}

/**
 * What comes into sight is drawn by the elements of what has left it: making new ones cost half of the time of scrolling. In the
 * order of the slots, so that no element ever moves; `aria-rowindex` tells where it stands.
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

/** What has scrolled away takes the focus along: a key must not act on whatever is drawn in its place. */
export function useBlurOn(item: number): React.RefObject<HTMLTableRowElement | null> {
  const row = useRef<HTMLTableRowElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another item is the event.
  useLayoutEffect(() => {
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && row.current?.contains(activeElement)) activeElement.blur();
  }, [item]);
  return row;
}
