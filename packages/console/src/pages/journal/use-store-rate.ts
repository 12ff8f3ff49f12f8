import type { JournalState } from '@pulsemq/protocol';
import { useEffect, useRef, useState } from 'react';

interface Seen {
  readonly total: number;
  readonly atMs: number;
}

/** Messages stored a second, between the last two answers; null before there are two. */
export function useStoreRate(state: JournalState | undefined, atMs: number): number | null {
  const total = state?.totals?.stored_total;
  const before = useRef<Seen | null>(null);
  const [rate, setRate] = useState<number | null>(null);
  useEffect(() => {
    if (total === undefined) return;
    const last = before.current;
    before.current = { total, atMs };
    // A total that is smaller is of a broker that was started again.
    if (last !== null && atMs > last.atMs && total >= last.total) {
      setRate(((total - last.total) * 1_000) / (atMs - last.atMs));
    }
  }, [total, atMs]);
  return rate;
}
