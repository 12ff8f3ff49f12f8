import type { ApiConnection } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { Ago } from '../../parts/ago.js';
import { Figure } from '../../parts/figure.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { lostTotal } from './drop-total.js';

/** Slow, on time, or closed. */
export function ConnectionStatus({ t, connection }: { readonly t: TFunction; readonly connection: ApiConnection }) {
  if (connection.closed_at !== null) return <StatusMark status="off">{t('status.closed')}</StatusMark>;
  if (connection.is_slow) return <StatusMark status="warning">{t('status.slow')}</StatusMark>;
  return <StatusMark status="ok">{t('status.onTime')}</StatusMark>;
}

/** Whose connection it is; a legacy subscriber's user nobody knows. */
export const nameOf = (t: TFunction, { username }: Pick<ApiConnection, 'username'>): string =>
  username ?? t('connections.nobody');

const number = (
  key: string,
  head: string,
  unit: string | undefined,
  read: (connection: ApiConnection) => number,
): Column<ApiConnection> => ({
  key,
  head,
  ...(unit === undefined ? {} : { unit }),
  width: '92px',
  isNumber: true,
  cell: (connection) => <Figure value={read(connection)} />,
  sortBy: read,
});

function whoColumns(t: TFunction): readonly Column<ApiConnection>[] {
  return [
    {
      key: 'user',
      head: t('connections.user'),
      width: 'minmax(130px, 1.2fr)',
      isNarrow: true,
      cell: (row) => (
        <Link to={`/connections/${row.connection_id}`} title={row.connection_id}>
          {nameOf(t, row)}
        </Link>
      ),
      sortBy: (row) => row.username,
      text: (row) => `${row.username ?? ''} ${row.connection_id}`,
    },
    {
      key: 'kind',
      head: t('connections.kind'),
      width: '88px',
      cell: (row) => t(`connections.kinds.${row.kind}`),
      sortBy: (row) => row.kind,
      text: (row) => row.kind,
    },
    {
      key: 'address',
      head: t('connections.address'),
      width: 'minmax(130px, 1fr)',
      cell: (row) => `${row.address}:${row.port}`,
      sortBy: (row) => row.address,
      text: (row) => `${row.address}:${row.port}`,
    },
    {
      key: 'client',
      head: t('connections.client'),
      width: 'minmax(120px, 1fr)',
      isExtra: true,
      cell: (row) => row.client,
      sortBy: (row) => row.client,
      text: (row) => row.client,
    },
  ];
}

/** Open connections. */
export function openColumns(t: TFunction): readonly Column<ApiConnection>[] {
  const perSecond = t('units.perSecond');
  return [
    ...whoColumns(t),
    {
      key: 'status',
      head: t('topics.status'),
      width: '96px',
      isNarrow: true,
      cell: (row) => <ConnectionStatus t={t} connection={row} />,
      sortBy: (row) => Number(!row.is_slow),
    },
    number('in', t('connections.in'), perSecond, (row) => row.msg_rate_in),
    number('out', t('connections.out'), perSecond, (row) => row.msg_rate_out),
    { ...number('lag', t('connections.lag'), 'ms', (row) => row.lag_ms), isNarrow: true },
    number('queued', t('connections.queued'), 'B', (row) => row.queued_bytes),
    number('drops', t('connections.dropped'), undefined, (row) => lostTotal(row.drops)),
    { ...number('conflated', t('connections.conflated'), undefined, (row) => row.drops.conflated), isExtra: true },
    number('subscriptions', t('connections.subscriptions'), undefined, (row) => row.subscription_count),
    {
      key: 'since',
      head: t('connections.since'),
      width: '108px',
      isNumber: true,
      cell: (row) => <Ago at={row.connected_at} />,
      sortBy: (row) => -Date.parse(row.connected_at),
    },
  ];
}

/** Connections that have gone, and why. */
export function closedColumns(t: TFunction): readonly Column<ApiConnection>[] {
  return [
    ...whoColumns(t),
    {
      key: 'reason',
      head: t('connections.reason'),
      width: 'minmax(140px, 2fr)',
      isNarrow: true,
      cell: (row) => <span title={row.close_reason ?? ''}>{row.close_reason ?? '–'}</span>,
      sortBy: (row) => row.close_reason,
      text: (row) => row.close_reason ?? '',
    },
    number('totalOut', t('connections.delivered'), undefined, (row) => row.msg_total_out),
    number('drops', t('connections.dropped'), undefined, (row) => lostTotal(row.drops)),
    {
      key: 'closed',
      head: t('connections.closedAt'),
      width: '108px',
      isNumber: true,
      isNarrow: true,
      cell: (row) => <Ago at={row.closed_at} />,
      sortBy: (row) => (row.closed_at === null ? null : -Date.parse(row.closed_at)),
    },
  ];
}
