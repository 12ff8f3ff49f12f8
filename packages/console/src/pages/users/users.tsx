import { Button } from '@mantine/core';
import type { UserStats } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useParams } from 'react-router';
import { usersQuery } from '../../api/lists.js';
import { askAll } from '../../api/request.js';
import { Empty } from '../../parts/empty.js';
import { Icon } from '../../parts/icon.js';
import { Page } from '../../parts/page.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { CreateUser } from './create-user.js';
import { type UserRow, userColumns } from './user-columns.js';
import { UserDrawer } from './user-drawer.js';

/** The users with their figures. When the figures cannot be loaded, the users are still shown. */
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

/** All users, with their tokens and passwords. */
export function Users() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id } = useParams();
  const [isCreating, setCreating] = useState(false);
  const { rows, query } = useUserRows();
  const columns = useMemo(() => userColumns(t), [t]);
  return (
    <Page
      title={t('nav.users')}
      isFilled
      actions={
        <Button leftSection={<Icon name="plus" size={14} />} onClick={() => setCreating(true)}>
          {t('users.create')}
        </Button>
      }
    >
      {rows === undefined ? (
        <Unloaded query={query} />
      ) : (
        <DataTable
          id="users"
          label={t('nav.users')}
          rows={rows}
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
