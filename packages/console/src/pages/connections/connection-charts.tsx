import type { ApiConnection } from '@pulsemq/protocol';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { now } from '../../live/now.js';
import { type Chart, ChartGroup } from '../../parts/chart-group.js';
import { useStore } from '../../state/use-store.js';
import classNames from './connections.module.css';

interface Moment {
  readonly at: number;
  readonly connection: ApiConnection;
}

const keptSeconds = 300;

/** The figures of the connection since the page was opened, at most five minutes of them. */
function useMoments(connection: ApiConnection): readonly Moment[] {
  const [moments, setMoments] = useState<readonly Moment[]>([]);
  useEffect(() => {
    const at = Math.floor(now.get() / 1000);
    setMoments((was) => [...was.filter((moment) => moment.at !== at).slice(-keptSeconds), { at, connection }]);
  }, [connection]);
  return moments;
}

/** Rates, backlog and lag since the page was opened. The broker keeps no history of a connection. */
export function ConnectionCharts({ connection }: { readonly connection: ApiConnection }) {
  const { t } = useTranslation();
  const moments = useMoments(connection);
  const to = Math.floor(useStore(now) / 1000);
  const column = (read: (connection: ApiConnection) => number) => moments.map((moment) => read(moment.connection));
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
      unit: 'ms',
      lines: [{ label: t('fields.lag'), values: column((one) => one.lag_ms), colour: 3 }],
    },
  ];
  return (
    <div className={classNames.charts}>
      <ChartGroup charts={charts} times={moments.map(({ at }) => at)} from={to - keptSeconds} to={to} />
    </div>
  );
}
