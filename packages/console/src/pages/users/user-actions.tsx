import { Button, Modal } from '@mantine/core';
import type { ApiUser, ResetTokenReply, UpdateUserRequest } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { ActivationButton } from '../../parts/activation-button.js';
import { ConfirmButton } from '../../parts/confirm-button.js';
import { ActionRow } from '../../parts/side-drawer.js';
import { ChangeType } from './change-type.js';
import { disconnectsText, Effects } from './effects.js';
import { SecretOnce } from './secret-once.js';
import { SetPassword } from './set-password.js';
import { usesMessaging } from './user-types.js';
import classNames from './users.module.css';

interface Secret {
  readonly token?: string | undefined;
  readonly password?: string | undefined;
}

function ResetToken({ user, onToken }: { readonly user: ApiUser; readonly onToken: (token: string) => void }) {
  const { t } = useTranslation();
  const run = async (): Promise<void> => {
    const { token } = await ask<ResetTokenReply>(`/api/users/${user.id}/reset-token`, { method: 'POST', body: {} });
    onToken(token);
  };
  return (
    <ConfirmButton
      label={t('users.resetToken')}
      title={t('users.resetTokenTitle', { name: user.username })}
      text={<Effects t={t} user={user} more={t('users.resetTokenText')} />}
      run={run}
    />
  );
}

/** The new token or password, shown once. Only its button closes it. */
function SecretDialog(props: { readonly user: ApiUser; readonly secret: Secret | null; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { user, secret, onClose } = props;
  return (
    <Modal
      opened={secret !== null}
      onClose={onClose}
      title={t('users.newSecret', { name: user.username })}
      size={720}
      closeOnClickOutside={false}
      closeOnEscape={false}
    >
      {secret !== null && (
        <>
          <SecretOnce username={user.username} {...secret} />
          <div className={classNames.end}>
            <Button onClick={onClose}>{t('users.keptIt')}</Button>
          </div>
        </>
      )}
    </Modal>
  );
}

function DeleteUser(props: { readonly user: ApiUser; readonly grantCount: number; readonly onDeleted: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const { user, grantCount, onDeleted } = props;
  const text = t('users.deleteText', { count: grantCount, n: grantCount });
  const forget = (): void => {
    queries.removeQueries({ queryKey: ['users', user.id] });
    void queries.invalidateQueries({ queryKey: ['users'], exact: true });
    void queries.invalidateQueries({ queryKey: ['grants'] });
    onDeleted();
  };
  return (
    <ActionRow hints={[text]}>
      <ConfirmButton
        label={t('users.delete')}
        title={t('users.deleteTitle', { name: user.username })}
        text={<Effects t={t} user={user} more={text} />}
        typed={user.username}
        run={() => ask(`/api/users/${user.id}`, { method: 'DELETE' })}
        onDone={forget}
      />
    </ActionRow>
  );
}

/** All actions on a user, the harmless ones first. */
export function UserActions(props: {
  readonly user: ApiUser;
  readonly grantCount: number;
  readonly onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<Secret | null>(null);
  const { user } = props;
  const change = async (body: UpdateUserRequest): Promise<void> => {
    await ask(`/api/users/${user.id}`, { method: 'PUT', body });
    await queries.invalidateQueries({ queryKey: ['users'] });
  };
  return (
    <section className={classNames.actions}>
      <ChangeType key={user.user_type} user={user} onChange={change} />
      <ActionRow hints={[t('users.setPasswordHint')]}>
        <SetPassword user={user} onGenerated={(password) => setSecret({ password })} />
      </ActionRow>
      {usesMessaging(user.user_type) && (
        <ActionRow hints={[t('users.resetTokenHint'), disconnectsText(t, user)]}>
          <ResetToken user={user} onToken={(token) => setSecret({ token })} />
        </ActionRow>
      )}
      <ActionRow hints={[user.is_active ? disconnectsText(t, user) : t('users.activateHint')]}>
        <ActivationButton
          name={user.username}
          isActive={user.is_active}
          text={<Effects t={t} user={user} more={t('users.deactivateText')} />}
          onChange={(isActive) => change({ is_active: isActive })}
        />
      </ActionRow>
      <DeleteUser {...props} />
      <SecretDialog user={user} secret={secret} onClose={() => setSecret(null)} />
    </section>
  );
}
