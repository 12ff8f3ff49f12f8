import type { ApiConnection } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { Lag } from '../../parts/lag.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';
import { closeText } from '../dashboard/event-text.js';
import { lostTotal } from './drop-total.js';

/** Slow, on time or closed. */
export function ConnectionStatus({ t, connection }: { readonly t: TFunction; readonly connection: ApiConnection }) {
  if (connection.closed_at !== null) return <StatusMark status="off">{t('status.closed')}</StatusMark>;
  if (connection.is_slow) return <StatusMark status="warning">{t('status.slow')}</StatusMark>;
  return <StatusMark status="ok">{t('status.onTime')}</StatusMark>;
}

/** The user of a connection. A legacy subscriber has not logged in, so its user is unknown. */
export const nameOf = (t: TFunction, { username }: Pick<ApiConnection, 'username'>): string =>
  username ?? t('connections.unknownUser');

const figure = (
  key: string,
  head: string,
  read: (connection: ApiConnection) => number,
  unit?: string,
): Column<ApiConnection> => figureColumn({ key, head, unit, width: '78px' }, read);

function whoColumns(t: TFunction): readonly Column<ApiConnection>[] {
  return [
    {
      key: 'user',
      head: t('fields.user'),
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
      width: '78px',
      cell: (row) => t(`connections.kinds.${row.kind}`),
      sortBy: (row) => row.kind,
      text: (row) => row.kind,
    },
    {
      key: 'address',
      head: t('connections.address'),
      width: 'minmax(126px, 1fr)',
      cell: (row) => `${row.address}:${row.port}`,
      sortBy: (row) => row.address,
      text: (row) => `${row.address}:${row.port}`,
    },
    {
      key: 'client',
      head: t('fields.client'),
      width: 'minmax(122px, 1fr)',
      cell: (row) => <span title={row.client}>{row.client_name ?? <span className="muted">{row.client}</span>}</span>,
      sortBy: (row) => row.client_name ?? row.client,
      text: (row) => `${row.client_name ?? ''} ${row.client}`,
    },
  ];
}

/** The columns of open connections. */
export function openColumns(t: TFunction): readonly Column<ApiConnection>[] {
  const perSecond = t('units.perSecond');
  return [
    ...whoColumns(t),
    {
      key: 'status',
      head: t('fields.status'),
      width: '96px',
      isNarrow: true,
      cell: (row) => <ConnectionStatus t={t} connection={row} />,
      sortBy: (row) => Number(!row.is_slow),
    },
    figure('in', t('fields.in'), ({ msg_rate_in }) => msg_rate_in, perSecond),
    figure('out', t('fields.out'), ({ msg_rate_out }) => msg_rate_out, perSecond),
    {
      ...figure('lag', t('fields.lag'), ({ lag_ms }) => lag_ms, 's'),
      isNarrow: true,
      cell: (row) => <Lag ms={row.lag_ms} />,
    },
    figure('queued', t('fields.backlog'), ({ queued_bytes }) => queued_bytes, 'B'),
    figure('drops', t('fields.dropped'), ({ drops }) => lostTotal(drops)),
    {
      ...figure('subscriptions', t('connections.subscriptions'), ({ subscription_count }) => subscription_count),
      width: '98px',
    },
    ageColumn({ key: 'since', head: t('connections.since'), width: '98px' }, ({ connected_at }) => connected_at),
  ];
}

/** The columns of closed connections, with the reason. */
export function closedColumns(t: TFunction): readonly Column<ApiConnection>[] {
  return [
    ...whoColumns(t),
    {
      key: 'reason',
      head: t('connections.reason'),
      width: 'minmax(140px, 2fr)',
      isNarrow: true,
      cell: (row) => <span title={row.close_reason ?? ''}>{closeText(t, row.close_code, row.close_reason)}</span>,
      sortBy: (row) => closeText(t, row.close_code, row.close_reason),
      text: (row) => `${closeText(t, row.close_code, row.close_reason)} ${row.close_reason ?? ''}`,
    },
    figure('totalOut', t('fields.delivered'), ({ msg_total_out }) => msg_total_out),
    figure('drops', t('fields.dropped'), ({ drops }) => lostTotal(drops)),
    ageColumn(
      { key: 'closed', head: t('connections.closedAt'), width: '108px', isNarrow: true },
      ({ closed_at }) => closed_at,
    ),
  ];
}
