import { Drawer } from '@mantine/core';
import type { ApiUser } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { grantsQuery } from '../../api/lists.js';
import { ask } from '../../api/request.js';
import { dateTimeText } from '../../format/time.js';
import { Loading } from '../../parts/loading.js';
import { Problem } from '../../parts/problem.js';
import { DisconnectUserButton } from '../connections/disconnect.js';
import { UserActions } from './user-actions.js';
import { UserStatus } from './users.js';
import classNames from './users.module.css';

function Facts({ user }: { readonly user: ApiUser }) {
  const { t } = useTranslation();
  const rows: readonly (readonly [string, React.ReactNode])[] = [
    [t('topics.status'), <UserStatus key="status" t={t} user={user} />],
    [t('users.type'), t(`users.types.${user.user_type}`)],
    [t('users.sessions'), user.session_count],
    [t('users.token'), user.has_token ? t('status.yes') : t('status.no')],
    [t('users.password'), user.has_password ? t('status.yes') : t('status.no')],
    [t('users.createdAt'), dateTimeText(new Date(user.created_at))],
    [t('users.updatedAt'), dateTimeText(new Date(user.updated_at))],
  ];
  return (
    <dl className={classNames.facts}>
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rights({ user }: { readonly user: ApiUser }) {
  const { t } = useTranslation();
  const { data } = useQuery(grantsQuery);
  const grants = data?.filter(({ user_id }) => user_id === user.id) ?? [];
  const hasAll = user.user_type === 'super_admin' || user.user_type === 'mq_super';
  return (
    <section>
      <h3>{t('users.rights')}</h3>
      {hasAll && <p className="muted">{t('users.allRights')}</p>}
      {!hasAll && grants.length === 0 && <p className="muted">{t('users.noRights')}</p>}
      {!hasAll && grants.length > 0 && (
        <ul className={classNames.grants}>
          {grants.map((grant) => (
            <li key={grant.namespace_id}>
              <span>{grant.namespace}</span>
              <span className="muted">{t(`roles.${grant.role}`)}</span>
            </li>
          ))}
        </ul>
      )}
      <Link to={`/permissions?search=${encodeURIComponent(user.username)}`}>{t('users.editRights')}</Link>
    </section>
  );
}

function Loaded({ user, onClose }: { readonly user: ApiUser; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classNames.drawer}>
      <Facts user={user} />
      {user.session_count > 0 && (
        <div className={classNames.sessions}>
          <Link to={`/connections?search=${encodeURIComponent(user.username)}`}>{t('users.showSessions')}</Link>
          <DisconnectUserButton userId={user.id} username={user.username} count={user.session_count} />
        </div>
      )}
      <Rights user={user} />
      <UserActions user={user} onDeleted={onClose} />
    </div>
  );
}

function Body({ id, onClose }: { readonly id: number; readonly onClose: () => void }) {
  const query = useQuery({
    queryKey: ['users', id],
    queryFn: ({ signal }) => ask<ApiUser>(`/api/users/${id}`, { signal }),
    refetchInterval: 5000,
  });
  if (query.data !== undefined) return <Loaded user={query.data} onClose={onClose} />;
  return query.error === null ? <Loading /> : <Problem failure={query.error} onRetry={() => void query.refetch()} />;
}

/** One user beside the list: what they are, what they may, and what can be done about it. */
export function UserDrawer({ id, onClose }: { readonly id: number | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { data } = useQuery({
    queryKey: ['users', id],
    queryFn: ({ signal }) => ask<ApiUser>(`/api/users/${id}`, { signal }),
    enabled: id !== undefined,
  });
  return (
    <Drawer
      opened={id !== undefined}
      onClose={onClose}
      position="right"
      size={420}
      title={data?.username ?? t('users.user')}
      overlayProps={{ backgroundOpacity: 0.25 }}
    >
      {id !== undefined && <Body key={id} id={id} onClose={onClose} />}
    </Drawer>
  );
}
