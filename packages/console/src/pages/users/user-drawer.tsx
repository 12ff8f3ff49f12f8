import type { ApiGrant, ApiUser } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { grantsQuery } from '../../api/lists.js';
import { ask } from '../../api/request.js';
import { dateTimeText } from '../../format/time.js';
import { type Fact, FactList } from '../../parts/facts.js';
import { SideDrawer } from '../../parts/side-drawer.js';
import { Unloaded } from '../../parts/unloaded.js';
import { DisconnectUserButton } from '../connections/disconnect.js';
import { UserActions } from './user-actions.js';
import { PasswordText, TokenText } from './user-columns.js';
import { UserStatus } from './user-status.js';
import { hasAllRights } from './user-types.js';
import classNames from './users.module.css';

function Sessions({ user }: { readonly user: ApiUser }) {
  const { t } = useTranslation();
  const { id, username, session_count: count } = user;
  if (count === 0) return 0;
  return (
    <span className={classNames.sessions}>
      <Link
        to={`/connections?search=${encodeURIComponent(username)}`}
        aria-label={t('users.showSessions', { n: count })}
      >
        {count}
      </Link>
      <DisconnectUserButton userId={id} username={username} count={count} />
    </span>
  );
}

function Facts({ user }: { readonly user: ApiUser }) {
  const { t } = useTranslation();
  const facts: readonly Fact[] = [
    [t('fields.status'), <UserStatus key="status" t={t} user={user} />],
    [t('users.sessions'), <Sessions key="sessions" user={user} />],
    [t('users.token'), <TokenText key="token" t={t} user={user} />],
    [t('fields.password'), <PasswordText key="password" t={t} user={user} />],
    [t('fields.createdAt'), dateTimeText(new Date(user.created_at))],
    [t('users.updatedAt'), dateTimeText(new Date(user.updated_at))],
  ];
  return <FactList facts={facts} />;
}

function Grants({ user, grants }: { readonly user: ApiUser; readonly grants: readonly ApiGrant[] }) {
  const { t } = useTranslation();
  const hasAll = hasAllRights(user.user_type);
  return (
    <section className={classNames.grantSection}>
      <h3>
        {t('users.grants')}
        <Link to={`/permissions?search=${encodeURIComponent(user.username)}`}>{t('users.editPermissions')}</Link>
      </h3>
      {hasAll && <p className="muted">{t('users.allNamespaces')}</p>}
      {!hasAll && grants.length === 0 && <p className="muted">{t('users.noGrants')}</p>}
      {grants.length > 0 && (
        <ul className={classNames.grants}>
          {grants.map((grant) => (
            <li key={grant.namespace_id}>
              <span className="clip">{grant.namespace}</span>
              <span className="muted">{t(`roles.${grant.role}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Loaded({ user, onClose }: { readonly user: ApiUser; readonly onClose: () => void }) {
  const { data } = useQuery(grantsQuery);
  const grants = data?.filter(({ user_id }) => user_id === user.id) ?? [];
  return (
    <>
      <Facts user={user} />
      <Grants user={user} grants={grants} />
      <UserActions user={user} grantCount={grants.length} onDeleted={onClose} />
    </>
  );
}

const userQuery = (id: number | undefined) => ({
  queryKey: ['users', id],
  queryFn: ({ signal }: { signal: AbortSignal }) => ask<ApiUser>(`/api/users/${id}`, { signal }),
  refetchInterval: 5000,
});

/** One user beside the list, with facts, grants and actions. */
export function UserDrawer({ id, onClose }: { readonly id: number | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const last = useRef(id);
  if (id !== undefined) last.current = id;
  // While the drawer closes it still shows the last user.
  const query = useQuery({ ...userQuery(last.current), enabled: id !== undefined });
  return (
    <SideDrawer isOpen={id !== undefined} onClose={onClose} title={query.data?.username ?? t('fields.user')}>
      {query.data === undefined ? (
        <Unloaded query={query} />
      ) : (
        <Loaded key={query.data.id} user={query.data} onClose={onClose} />
      )}
    </SideDrawer>
  );
}
