import type { ApiConnection, ConnectionPoint } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { now } from '../../live/now.js';
import { type Chart, ChartGroup } from '../../parts/chart-group.js';
import { useStore } from '../../state/use-store.js';
import classNames from './connections.module.css';

const keptSeconds = 300;

/** A connection as a point, at the broker's time. */
const pointOf = (connection: ApiConnection): ConnectionPoint => ({
  ts: Math.floor(now.get() / 1000),
  msg_rate_in: connection.msg_rate_in,
  msg_rate_out: connection.msg_rate_out,
  queued_bytes: connection.queued_bytes,
  lag_ms: connection.lag_ms,
});

/** The figures of each second since the page was opened. */
function useSeconds(connection: ApiConnection): readonly ConnectionPoint[] {
  const [points, setPoints] = useState<readonly ConnectionPoint[]>([]);
  useEffect(() => {
    const point = pointOf(connection);
    setPoints((was) => [...was.filter(({ ts }) => ts !== point.ts).slice(-keptSeconds), point]);
  }, [connection]);
  return points;
}

/** The last five minutes: what the broker remembers, every ten seconds, then each second since the page was opened. */
function usePoints(connection: ApiConnection): readonly ConnectionPoint[] {
  const id = connection.connection_id;
  const { data: past } = useQuery({
    queryKey: ['connection-history', id],
    queryFn: ({ signal }) =>
      ask<readonly ConnectionPoint[]>(`/api/stats/connections/${encodeURIComponent(id)}/history`, { signal }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });
  const seconds = useSeconds(connection);
  return useMemo(() => {
    const first = seconds[0]?.ts ?? Number.POSITIVE_INFINITY;
    return [...(past ?? []).filter(({ ts }) => ts < first), ...seconds];
  }, [past, seconds]);
}

/** Rates, backlog and lag over the last five minutes. */
export function ConnectionCharts({ connection }: { readonly connection: ApiConnection }) {
  const { t } = useTranslation();
  const points = usePoints(connection);
  const to = Math.floor(useStore(now) / 1000);
  const column = (read: (point: ConnectionPoint) => number) => points.map(read);
  const charts: readonly Chart[] = [
    {
      title: t('dashboard.charts.messages'),
      unit: t('units.perSecond'),
      lines: [
        { label: t('fields.in'), values: column((one) => one.msg_rate_in), colour: 1 },
        { label: t('fields.out'), values: column((one) => one.msg_rate_out), colour: 2 },
      ],
    },
    {
      title: t('fields.backlog'),
      unit: 'B',
      lines: [{ label: t('fields.backlog'), values: column((one) => one.queued_bytes), colour: 1 }],
    },
    {
      title: t('fields.lag'),
      unit: 's',
      lines: [{ label: t('fields.lag'), values: column((one) => one.lag_ms / 1000), colour: 3 }],
    },
  ];
  return (
    <div className={classNames.charts}>
      <ChartGroup charts={charts} times={points.map(({ ts }) => ts)} from={to - keptSeconds} to={to} />
    </div>
  );
}
