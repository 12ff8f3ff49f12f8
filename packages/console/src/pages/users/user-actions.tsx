import { Button, Modal, PasswordInput, Select } from '@mantine/core';
import type { ApiUser, ResetTokenReply, SetPasswordReply, UpdateUserRequest, UserType } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { ConfirmButton } from '../../parts/confirm-button.js';
import { FormFrame } from '../../parts/form-frame.js';
import { FailureText } from '../../parts/problem.js';
import { SecretOnce } from './secret-once.js';
import { userTypes, usesWire } from './user-types.js';
import classNames from './users.module.css';

interface Secret {
  readonly token?: string | undefined;
  readonly password?: string | undefined;
}

interface ActionProps {
  readonly user: ApiUser;
  readonly onSecret: (secret: Secret) => void;
}

function ResetToken({ user, onSecret }: ActionProps) {
  const { t } = useTranslation();
  const run = async (): Promise<void> => {
    const { token } = await ask<ResetTokenReply>(`/api/users/${user.id}/reset-token`, { method: 'POST', body: {} });
    onSecret({ token });
  };
  return (
    <ConfirmButton
      label={t('users.resetToken')}
      title={t('users.resetTokenTitle', { name: user.username })}
      text={t('users.resetTokenText', { n: user.session_count, count: user.session_count })}
      run={run}
    />
  );
}

function SetPassword({ user, onSecret }: ActionProps) {
  const { t } = useTranslation();
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const submit = async (): Promise<void> => {
    const body = password === '' ? {} : { password };
    const reply = await ask<SetPasswordReply>(`/api/users/${user.id}/password`, { method: 'POST', body });
    setOpen(false);
    setPassword('');
    if (reply.password !== undefined) onSecret({ password: reply.password });
  };
  return (
    <>
      <Button variant="default" onClick={() => setOpen(true)}>
        {t('users.setPassword')}
      </Button>
      <Modal
        opened={isOpen}
        onClose={() => setOpen(false)}
        title={t('users.setPasswordTitle', { name: user.username })}
        size="sm"
      >
        <FormFrame action={t('users.setPassword')} onSubmit={submit} onCancel={() => setOpen(false)}>
          <p className="muted">{t('users.setPasswordText')}</p>
          <PasswordInput
            label={t('password.next')}
            description={t('users.passwordGenerated')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            data-autofocus
          />
        </FormFrame>
      </Modal>
    </>
  );
}

/** Switching off ends sessions and so asks; switching on harms nobody and does not. */
function Activation({
  user,
  onChange,
}: {
  readonly user: ApiUser;
  readonly onChange: (change: UpdateUserRequest) => Promise<void>;
}) {
  const { t } = useTranslation();
  if (!user.is_active) {
    return (
      <Button variant="default" onClick={() => void onChange({ is_active: true })}>
        {t('users.activate')}
      </Button>
    );
  }
  return (
    <ConfirmButton
      label={t('users.deactivate')}
      title={t('users.deactivateTitle', { name: user.username })}
      text={t('users.deactivateText', { n: user.session_count, count: user.session_count })}
      run={() => onChange({ is_active: false })}
    />
  );
}

/** Everything one can do to a user, the harmless first. */
export function UserActions({ user, onDeleted }: { readonly user: ApiUser; readonly onDeleted: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [secret, setSecret] = useState<Secret>();
  const [failure, setFailure] = useState<unknown>();
  const refresh = (): void => void queries.invalidateQueries({ queryKey: ['users'] });
  const change = async (body: UpdateUserRequest): Promise<void> => {
    await ask(`/api/users/${user.id}`, { method: 'PUT', body });
    refresh();
  };
  const changeType = (type: UserType): void => {
    setFailure(undefined);
    change({ user_type: type }).catch(setFailure);
  };
  return (
    <section className={classNames.actions}>
      <Select
        label={t('users.type')}
        description={t(`users.typeHints.${user.user_type}`)}
        value={user.user_type}
        allowDeselect={false}
        onChange={(value) => changeType(value as UserType)}
        data={userTypes.map((value) => ({ value, label: t(`users.types.${value}`) }))}
      />
      {failure !== undefined && (
        <div className={classNames.failure} role="alert">
          <FailureText failure={failure} />
        </div>
      )}
      <div className={classNames.buttons}>
        {usesWire(user.user_type) && <ResetToken user={user} onSecret={setSecret} />}
        <SetPassword user={user} onSecret={setSecret} />
        <Activation user={user} onChange={change} />
        <ConfirmButton
          label={t('actions.delete')}
          title={t('users.deleteTitle', { name: user.username })}
          text={t('users.deleteText', { n: user.session_count, count: user.session_count })}
          typed={user.username}
          run={() => ask(`/api/users/${user.id}`, { method: 'DELETE' })}
          onDone={() => {
            refresh();
            onDeleted();
          }}
        />
      </div>
      <Modal
        opened={secret !== undefined}
        onClose={() => setSecret(undefined)}
        title={t('users.newSecret', { name: user.username })}
        size={720}
        closeOnClickOutside={false}
        closeOnEscape={false}
      >
        {secret !== undefined && <SecretOnce username={user.username} {...secret} />}
        <div className={classNames.end}>
          <Button onClick={() => setSecret(undefined)}>{t('users.keptIt')}</Button>
        </div>
      </Modal>
    </section>
  );
}
