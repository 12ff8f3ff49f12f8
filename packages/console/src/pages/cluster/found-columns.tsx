import type { ClusterFound, ClusterSession } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';

/** A session at a broker; `session` is null for a broker that gave no answer. */
export interface FoundRow {
  readonly at: ClusterFound;
  readonly session: ClusterSession | null;
}

/** The session, with a link to its page where it is at the broker of this console. */
function SessionCell({ t, row: { at, session } }: { readonly t: TFunction; readonly row: FoundRow }) {
  if (session === null) return <StatusMark status="bad">{t('cluster.noAnswer')}</StatusMark>;
  if (!at.is_own) return <>{session.connection_id}</>;
  return <Link to={`/connections/${session.connection_id}`}>{session.connection_id}</Link>;
}

/** The columns of what was found. */
export function foundColumns(t: TFunction): readonly Column<FoundRow>[] {
  const text = (key: 'username' | 'client' | 'address', head: string): Column<FoundRow> => ({
    key,
    head,
    width: 'minmax(120px, 1fr)',
    isNarrow: key === 'username',
    cell: ({ session }) => session?.[key] ?? '',
    sortBy: ({ session }) => session?.[key] ?? null,
  });
  return [
    {
      key: 'broker',
      head: t('cluster.broker'),
      width: 'minmax(120px, 1fr)',
      isNarrow: true,
      cell: ({ at }) => at.broker_name ?? t('cluster.own'),
      sortBy: ({ at }) => at.broker_name,
    },
    {
      key: 'session',
      head: t('connections.connection'),
      width: '120px',
      isNarrow: true,
      cell: (row) => <SessionCell t={t} row={row} />,
      sortBy: ({ session }) => session?.connection_id ?? null,
    },
    text('username', t('fields.user')),
    text('client', t('fields.client')),
    text('address', t('connections.address')),
  ];
}
