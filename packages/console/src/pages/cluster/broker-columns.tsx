import type { ClusterBroker, ClusterPeer } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';

/** A broker of the cluster; `peer` is null for the one that answers, of which this console shows all other pages. */
export interface BrokerRow {
  readonly broker: ClusterBroker;
  readonly peer: ClusterPeer | null;
}

const marks = { live: 'ok', unreachable: 'bad', gone: 'off' } as const satisfies Record<ClusterPeer['health'], Status>;

/** The console of another broker. Both are asked for in the same way. */
const consoleOf = ({ host, admin_port }: ClusterBroker): string =>
  `${window.location.protocol}//${host}:${admin_port}/`;

function Health({ t, peer }: { readonly t: TFunction; readonly peer: ClusterPeer | null }) {
  if (peer === null) return <StatusMark status="ok">{t('cluster.own')}</StatusMark>;
  return <StatusMark status={marks[peer.health]}>{t(`cluster.health.${peer.health}`)}</StatusMark>;
}

const figure = (key: string, head: string, read: (row: BrokerRow) => number | null, unit?: string): Column<BrokerRow> =>
  figureColumn({ key, head, unit, width: '104px' }, read);

/** The columns of the brokers. */
export function brokerColumns(t: TFunction): readonly Column<BrokerRow>[] {
  const perSecond = t('units.perSecond');
  return [
    {
      key: 'broker',
      head: t('cluster.broker'),
      width: 'minmax(110px, 1fr)',
      isNarrow: true,
      cell: ({ broker, peer }) =>
        peer?.health === 'live' && broker.admin_port > 0 ? (
          <a href={consoleOf(broker)} title={broker.id}>
            {broker.name}
          </a>
        ) : (
          <span title={broker.id}>{broker.name}</span>
        ),
      sortBy: ({ broker }) => broker.name,
    },
    {
      key: 'health',
      head: t('fields.status'),
      width: '120px',
      narrowWidth: '112px',
      isNarrow: true,
      cell: ({ peer }) => <Health t={t} peer={peer} />,
      sortBy: ({ peer }) => peer?.health ?? '',
    },
    {
      key: 'address',
      head: t('connections.address'),
      width: 'minmax(140px, 1fr)',
      cell: ({ broker }) => `${broker.host}:${broker.pub_port}`,
      sortBy: ({ broker }) => broker.host,
    },
    figure('sessions', t('cluster.sessions'), ({ broker }) => broker.sessions),
    figure('subscribers', t('fields.subscribers'), ({ broker }) => broker.subscribers),
    { ...figure('in', t('fields.published'), ({ broker }) => broker.published_rate, perSecond), isNarrow: true },
    figure('out', t('fields.delivered'), ({ broker }) => broker.delivered_rate, perSecond),
    {
      ...figure('received', t('cluster.received'), ({ peer }) => peer?.received_rate ?? null, perSecond),
      width: '136px',
    },
    figure('lost', t('cluster.lost'), ({ peer }) => peer?.lost_total ?? null),
    ageColumn({ key: 'since', head: t('cluster.since'), width: '98px' }, ({ broker, peer }) =>
      peer === null ? broker.started_at : peer.since,
    ),
  ];
}
