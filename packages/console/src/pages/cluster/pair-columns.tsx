import type { ClusterPair } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Lag } from '../../parts/lag.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { figureColumn } from '../../parts/table/figure-column.js';

/** How one broker follows another: on time, it slows the publishers down, or it has fallen behind and they go on without it. */
function Pace({ t, pair }: { readonly t: TFunction; readonly pair: ClusterPair }) {
  if (pair.is_lagging) return <StatusMark status="bad">{t('cluster.lagging')}</StatusMark>;
  if (pair.is_pacing) return <StatusMark status="warning">{t('cluster.pacing')}</StatusMark>;
  return <StatusMark status="ok">{t('status.onTime')}</StatusMark>;
}

/** The columns of the pairs. `nameOf` gives the name of the broker with an id. */
export function pairColumns(t: TFunction, nameOf: (id: string) => string): readonly Column<ClusterPair>[] {
  const name = (key: 'from' | 'to'): Column<ClusterPair> => ({
    key,
    head: t(`cluster.${key}`),
    width: 'minmax(100px, 1fr)',
    isNarrow: true,
    cell: (pair) => nameOf(pair[key]),
    sortBy: (pair) => nameOf(pair[key]),
  });
  return [
    name('from'),
    name('to'),
    {
      key: 'pace',
      head: t('fields.status'),
      width: '120px',
      cell: (pair) => <Pace t={t} pair={pair} />,
      sortBy: ({ is_lagging, is_pacing }) => Number(is_lagging) * 2 + Number(is_pacing),
    },
    {
      ...figureColumn<ClusterPair>(
        { key: 'lag', head: t('fields.lag'), unit: 's', width: '98px' },
        ({ lag_ms }) => lag_ms,
      ),
      isNarrow: true,
      cell: ({ lag_ms }) => <Lag ms={lag_ms} />,
    },
    figureColumn(
      { key: 'way', head: t('cluster.onTheWay'), unit: 'B', width: '110px' },
      ({ unconfirmed_bytes }) => unconfirmed_bytes,
    ),
    figureColumn({ key: 'sent', head: t('cluster.sent'), width: '110px' }, ({ sent_total }) => sent_total),
    figureColumn({ key: 'skipped', head: t('cluster.notSent'), width: '110px' }, ({ skipped_total }) => skipped_total),
  ];
}
