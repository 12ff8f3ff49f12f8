import { Button, Modal, PasswordInput, Select, TextInput } from '@mantine/core';
import type { CreatedUser, CreateUserRequest, GrantRequest, UserType } from '@pulsemq/protocol';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { namespacesQuery } from '../../api/lists.js';
import { ask } from '../../api/request.js';
import { FormFrame } from '../../parts/form-frame.js';
import { AlertBox, FailureText } from '../../parts/problem.js';
import { type FirstGrant, FirstGrantFields } from './first-grant.js';
import { SecretOnce } from './secret-once.js';
import { administers, userTypes } from './user-types.js';
import classNames from './users.module.css';

/** A new user, with the outcome of its first grant. */
interface Made {
  readonly user: CreatedUser;
  readonly grant: FirstGrant | null;
  readonly grantFailure: unknown;
}

async function makeUser(body: CreateUserRequest, grant: FirstGrant | null): Promise<Made> {
  const user = await ask<CreatedUser>('/api/users', { method: 'POST', body });
  if (grant === null) return { user, grant, grantFailure: null };
  try {
    const wanted: GrantRequest = { user_id: user.id, role: grant.role };
    await ask(`/api/namespaces/${grant.namespace.id}/permissions`, { method: 'POST', body: wanted });
    return { user, grant, grantFailure: null };
  } catch (grantFailure) {
    // The user exists, and its token can be shown only now. The grant can be made later.
    return { user, grant: null, grantFailure };
  }
}

function CreateForm(props: { readonly onMade: (made: Made) => void; readonly onCancel: () => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [username, setUsername] = useState('');
  const [type, setType] = useState<UserType>('mq_normal');
  const [password, setPassword] = useState('');
  const [grant, setGrant] = useState<FirstGrant | null>(null);
  const create = async (): Promise<void> => {
    const body = { username, user_type: type, ...(administers(type) && password !== '' && { password }) };
    const made = await makeUser(body, type === 'mq_normal' ? grant : null);
    void queries.invalidateQueries({ queryKey: ['users'] });
    void queries.invalidateQueries({ queryKey: ['grants'] });
    props.onMade(made);
  };
  return (
    <FormFrame action={t('actions.create')} onSubmit={create} onCancel={props.onCancel} isDisabled={username === ''}>
      <TextInput
        label={t('fields.username')}
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
        onChange={(value) => setType(value ?? 'mq_normal')}
        data={userTypes.map((value) => ({ value, label: t(`users.types.${value}`) }))}
      />
      {type === 'mq_normal' && <FirstGrantFields value={grant} onChange={setGrant} />}
      {administers(type) && (
        <PasswordInput
          label={t('fields.password')}
          description={t('users.passwordGenerated')}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          autoComplete="new-password"
        />
      )}
    </FormFrame>
  );
}

function Created({ made, onClose }: { readonly made: Made; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const namespaces = useQuery(namespacesQuery);
  const { user, grant, grantFailure } = made;
  return (
    <div className={classNames.once}>
      {grantFailure !== null && (
        <AlertBox>
          <p>{t('users.grantFailed')}</p>
          <FailureText failure={grantFailure} />
        </AlertBox>
      )}
      <SecretOnce
        username={user.username}
        token={user.token}
        password={user.password}
        namespace={grant?.namespace.name ?? namespaces.data?.[0]?.name}
        purpose={grant?.role === 'sub' ? 'subscribe' : 'publish'}
      />
      {user.user_type === 'mq_normal' && grant === null && (
        <p className="muted">
          {t('users.noGrantsYet')}{' '}
          <Link to={`/permissions?search=${encodeURIComponent(user.username)}`} onClick={onClose}>
            {t('users.editPermissions')}
          </Link>
        </p>
      )}
      <div className={classNames.end}>
        <Button onClick={onClose}>{t('users.keptIt')}</Button>
      </div>
    </div>
  );
}

/** Creates a user, and shows its secrets, which can be shown only once. */
export function CreateUser({ isOpen, onClose }: { readonly isOpen: boolean; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const [made, setMade] = useState<Made>();
  const user = made?.user;
  const close = (): void => {
    setMade(undefined);
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
      {made === undefined ? <CreateForm onMade={setMade} onCancel={close} /> : <Created made={made} onClose={close} />}
    </Modal>
  );
}
