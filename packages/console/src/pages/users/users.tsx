import { Button } from '@mantine/core';
import type { ApiUser, UserStats } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate, useParams } from 'react-router';
import { usersQuery } from '../../api/lists.js';
import { askAll } from '../../api/request.js';
import { Ago } from '../../parts/ago.js';
import { Empty } from '../../parts/empty.js';
import { Figure } from '../../parts/figure.js';
import { Icon } from '../../parts/icon.js';
import { Loading } from '../../parts/loading.js';
import { Page } from '../../parts/page.js';
import { Problem } from '../../parts/problem.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { DataTable } from '../../parts/table/data-table.js';
import { CreateUser } from './create-user.js';
import { UserDrawer } from './user-drawer.js';

export interface UserRow extends ApiUser {
  readonly stats: UserStats | undefined;
}

/** Deactivated, online or not. */
export function UserStatus({ t, user }: { readonly t: TFunction; readonly user: ApiUser }) {
  if (!user.is_active) return <StatusMark status="bad">{t('status.inactive')}</StatusMark>;
  if (user.session_count > 0) return <StatusMark status="ok">{t('status.online')}</StatusMark>;
  return <StatusMark status="off">{t('status.offline')}</StatusMark>;
}

const statColumn = (key: string, head: string, read: (stats: UserStats) => number): Column<UserRow> => ({
  key,
  head,
  width: '100px',
  isNumber: true,
  cell: ({ stats }) => <Figure value={stats === undefined ? null : read(stats)} />,
  sortBy: ({ stats }) => (stats === undefined ? null : read(stats)),
});

function columnsOf(t: TFunction): readonly Column<UserRow>[] {
  return [
    {
      key: 'username',
      head: t('users.user'),
      width: 'minmax(140px, 1.4fr)',
      isNarrow: true,
      cell: (user) => <Link to={`/users/${user.id}`}>{user.username}</Link>,
      sortBy: ({ username }) => username,
      text: ({ username }) => username,
    },
    {
      key: 'type',
      head: t('users.type'),
      width: 'minmax(110px, 1fr)',
      cell: (user) => t(`users.types.${user.user_type}`),
      sortBy: (user) => user.user_type,
      text: (user) => `${user.user_type} ${t(`users.types.${user.user_type}`)}`,
    },
    {
      key: 'status',
      head: t('topics.status'),
      width: '108px',
      isNarrow: true,
      cell: (user) => <UserStatus t={t} user={user} />,
      sortBy: (user) => (user.is_active ? Number(user.session_count === 0) : 2),
    },
    {
      key: 'sessions',
      head: t('users.sessions'),
      width: '84px',
      isNumber: true,
      isNarrow: true,
      cell: (user) => <Figure value={user.session_count} />,
      sortBy: (user) => user.session_count,
    },
    {
      key: 'token',
      head: t('users.token'),
      width: '84px',
      cell: (user) => (user.has_token ? t('status.yes') : t('status.no')),
      sortBy: (user) => Number(!user.has_token),
    },
    {
      key: 'password',
      head: t('users.password'),
      width: '120px',
      cell: (user) =>
        user.has_password ? (user.must_change_password ? t('users.mustChange') : t('status.yes')) : t('status.no'),
      sortBy: (user) => Number(!user.has_password),
    },
    statColumn('sent', t('users.sent'), ({ pub_count }) => pub_count),
    statColumn('received', t('users.received'), ({ sub_count }) => sub_count),
    statColumn('dropped', t('topics.dropped'), ({ dropped_count }) => dropped_count),
    {
      key: 'created',
      head: t('users.createdAt'),
      width: '112px',
      isNumber: true,
      cell: (user) => <Ago at={user.created_at} />,
      sortBy: (user) => -Date.parse(user.created_at),
    },
  ];
}

/** Users with what they have moved. Who may not read the figures still sees the users. */
function useUserRows() {
  const users = useQuery({ ...usersQuery, refetchInterval: 5000 });
  const stats = useQuery({
    queryKey: ['user-stats'],
    queryFn: ({ signal }) => askAll<UserStats>('/api/stats/users', { signal }),
    refetchInterval: 5000,
  });
  const rows = useMemo(() => {
    const byId = new Map(stats.data?.map((one) => [one.user_id, one]));
    return users.data?.map((user): UserRow => ({ ...user, stats: byId.get(user.id) }));
  }, [users.data, stats.data]);
  return { rows, query: users };
}

/** Who may come in, and with what. */
export function Users() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams();
  const [isCreating, setCreating] = useState(false);
  const { rows, query } = useUserRows();
  const columns = useMemo(() => columnsOf(t), [t]);
  return (
    <Page
      title={t('users.title')}
      isFilled
      actions={
        <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
          {t('users.create')}
        </Button>
      }
    >
      {rows === undefined && query.error === null && <Loading />}
      {rows === undefined && query.error !== null && (
        <Problem failure={query.error} onRetry={() => void query.refetch()} />
      )}
      {rows !== undefined && (
        <DataTable
          id="users"
          label={t('users.title')}
          rows={rows}
          keyOf={(user) => String(user.id)}
          columns={columns}
          order={{ key: 'username', isDescending: false }}
          onOpen={(user) => void navigate(`/users/${user.id}`)}
          toneOf={(user) => (user.is_active ? undefined : 'off')}
          empty={<Empty text={t('users.none')} />}
        />
      )}
      <CreateUser isOpen={isCreating} onClose={() => setCreating(false)} />
      <UserDrawer id={id === undefined ? undefined : Number(id)} onClose={() => void navigate('/users')} />
    </Page>
  );
}
