import { Button, Modal, PasswordInput, Select, TextInput } from '@mantine/core';
import type { CreatedUser, UserType } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { namespacesQuery } from '../../api/lists.js';
import { ask } from '../../api/request.js';
import { FormFrame } from '../../parts/form-frame.js';
import { SecretOnce } from './secret-once.js';
import { administers, userTypes } from './user-types.js';
import classNames from './users.module.css';

function CreateForm(props: { readonly onCreated: (user: CreatedUser) => void; readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [username, setUsername] = useState('');
  const [type, setType] = useState<UserType>('mq_normal');
  const [password, setPassword] = useState('');
  const create = async (): Promise<void> => {
    const body = { username, user_type: type, ...(password === '' ? {} : { password }) };
    const user = await ask<CreatedUser>('/api/users', { method: 'POST', body });
    void queries.invalidateQueries({ queryKey: ['users'] });
    props.onCreated(user);
  };
  return (
    <FormFrame action={t('actions.create')} onSubmit={create} onCancel={props.onCancel} isDisabled={username === ''}>
      <TextInput
        label={t('users.username')}
        description={t('users.usernameRule')}
        value={username}
        onChange={(event) => setUsername(event.currentTarget.value)}
        autoComplete="off"
        data-autofocus
      />
      <Select
        label={t('users.type')}
        description={t(`users.typeHints.${type}`)}
        value={type}
        allowDeselect={false}
        onChange={(value) => setType((value ?? 'mq_normal') as UserType)}
        data={userTypes.map((value) => ({ value, label: t(`users.types.${value}`) }))}
      />
      {administers(type) && (
        <PasswordInput
          label={t('users.password')}
          description={t('users.passwordGenerated')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
        />
      )}
    </FormFrame>
  );
}

function Created({ user, onClose }: { readonly user: CreatedUser; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const namespaces = useQuery(namespacesQuery);
  return (
    <div className={classNames.once}>
      <SecretOnce
        username={user.username}
        token={user.token}
        password={user.password}
        namespace={namespaces.data?.[0]?.name}
      />
      {user.user_type === 'mq_normal' && <p className="muted">{t('users.noRightsYet')}</p>}
      <div className={classNames.end}>
        <Button onClick={onClose}>{t('users.keptIt')}</Button>
      </div>
    </div>
  );
}

/** Makes a user, and shows its secrets the one time they can be shown. */
export function CreateUser({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [user, setUser] = useState<CreatedUser>();
  const close = (): void => {
    setUser(undefined);
    onClose();
  };
  const hasSecret = user?.token !== undefined || user?.password !== undefined;
  return (
    <Modal
      opened={isOpen}
      onClose={close}
      title={user === undefined ? t('users.create') : t('users.created', { name: user.username })}
      size={user === undefined ? 'md' : 720}
      closeOnClickOutside={!hasSecret}
      closeOnEscape={!hasSecret}
    >
      {user === undefined ? (
        <CreateForm onCreated={setUser} onCancel={close} />
      ) : (
        <Created user={user} onClose={close} />
      )}
    </Modal>
  );
}
