import type { ApiUser, UserStats } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';
import { UserStatus } from './user-status.js';

export interface UserRow extends ApiUser {
  readonly stats: UserStats | undefined;
}

interface TextProps {
  readonly t: TFunction;
  readonly user: ApiUser;
}

const Absent = () => <span className="muted">–</span>;

export function TokenText({ t, user }: TextProps) {
  return user.has_token ? t('users.has') : <Absent />;
}

/** Whether a password is set, and whether the user must change it. */
export function PasswordText({ t, user }: TextProps) {
  if (!user.has_password) return <Absent />;
  return user.must_change_password ? t('users.mustChange') : t('users.has');
}

const statColumn = (key: string, head: string, read: (stats: UserStats) => number): Column<UserRow> =>
  figureColumn({ key, head, width: '96px' }, ({ stats }) => (stats === undefined ? null : read(stats)));

function identityColumns(t: TFunction): readonly Column<UserRow>[] {
  return [
    {
      key: 'username',
      head: t('fields.user'),
      width: 'minmax(160px, 2fr)',
      isNarrow: true,
      cell: (user) => (
        <Link to={`/users/${user.id}`} title={user.username}>
          {user.username}
        </Link>
      ),
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
      head: t('fields.status'),
      width: '104px',
      isNarrow: true,
      cell: (user) => <UserStatus t={t} user={user} />,
      sortBy: (user) => (user.is_active ? Number(user.session_count === 0) : 2),
    },
    {
      key: 'token',
      head: t('users.token'),
      width: '72px',
      cell: (user) => <TokenText t={t} user={user} />,
      sortBy: (user) => Number(!user.has_token),
    },
    {
      key: 'password',
      head: t('fields.password'),
      width: '116px',
      cell: (user) => <PasswordText t={t} user={user} />,
      sortBy: (user) => Number(!user.has_password),
    },
  ];
}

/** The columns of a user: account, then figures since the start of the broker. */
export function userColumns(t: TFunction): readonly Column<UserRow>[] {
  return [
    ...identityColumns(t),
    figureColumn(
      { key: 'sessions', head: t('users.sessions'), width: '84px', isNarrow: true },
      ({ session_count }) => session_count,
    ),
    statColumn('sent', t('fields.published'), ({ pub_count }) => pub_count),
    statColumn('received', t('fields.delivered'), ({ sub_count }) => sub_count),
    statColumn('dropped', t('fields.dropped'), ({ dropped_count }) => dropped_count),
    ageColumn({ key: 'created', head: t('fields.createdAt'), width: '116px' }, ({ created_at }) => created_at),
  ];
}
