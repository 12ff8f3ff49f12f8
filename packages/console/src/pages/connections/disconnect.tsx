import type { ApiConnection, DisconnectUserReply } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { ConfirmButton } from '../../parts/confirm-button.js';
import { nameOf } from './connection-columns.js';

/** Closes one connection. The client may reconnect. */
export function DisconnectButton({ connection }: { readonly connection: ApiConnection }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const name = nameOf(t, connection);
  return (
    <ConfirmButton
      label={t('connections.disconnect')}
      title={t('connections.disconnectTitle', { name })}
      text={t('connections.disconnectText', { name, id: connection.connection_id, address: connection.address })}
      isDisabled={connection.closed_at !== null}
      run={() =>
        ask(`/api/connections/${encodeURIComponent(connection.connection_id)}/disconnect`, { method: 'POST', body: {} })
      }
      onDone={() => void queries.invalidateQueries({ queryKey: ['connections'] })}
    />
  );
}

/** Closes all sessions of a user. */
export function DisconnectUserButton(props: {
  readonly userId: number;
  readonly username: string;
  readonly count: number;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { userId, username, count } = props;
  return (
    <ConfirmButton
      label={t('connections.disconnectUser')}
      title={t('connections.disconnectUserTitle', { name: username })}
      text={t('connections.disconnectUserText', { count, n: count, name: username })}
      isDisabled={count === 0}
      run={() =>
        ask<DisconnectUserReply>('/api/connections/disconnect-user', { method: 'POST', body: { user_id: userId } })
      }
      onDone={() => void queries.invalidateQueries()}
    />
  );
}
