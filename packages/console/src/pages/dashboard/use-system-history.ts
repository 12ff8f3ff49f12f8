import type { HistoryRange, SystemPoint } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { ask } from '../../api/request.js';
import { recentFigures } from '../../live/figures.js';
import { now } from '../../live/now.js';
import { useStore } from '../../state/use-store.js';
import { joinLive, rangeShape, type SystemSeries, seriesOf } from './system-series.js';

export interface SystemHistory {
  readonly series: SystemSeries;
  readonly from: number;
  readonly to: number;
  readonly failure: unknown;
  readonly retry: () => void;
}

/** The data of the charts: the stored history, and for the range of five minutes the live snapshots after it. */
export function useSystemHistory(range: HistoryRange): SystemHistory {
  const live = useStore(recentFigures);
  const nowMs = useStore(now);
  const { stepSeconds, spanSeconds } = rangeShape[range];
  const query = useQuery({
    queryKey: ['system-history', range],
    queryFn: ({ signal }) => ask<readonly SystemPoint[]>('/api/stats/system/history', { query: { range }, signal }),
    refetchInterval: range === '5m' ? 60_000 : 30_000,
    placeholderData: keepPreviousData,
  });
  const isRange = !query.isPlaceholderData;
  const series = useMemo(() => {
    const stored = isRange ? (query.data ?? []) : [];
    return seriesOf(range === '5m' ? joinLive(stored, live) : stored, stepSeconds);
  }, [query.data, isRange, live, range, stepSeconds]);
  const to = Math.floor(nowMs / 1000);
  return { series, from: to - spanSeconds, to, failure: query.error, retry: () => void query.refetch() };
}
