import { Button, PasswordInput, TextInput } from '@mantine/core';
import type { LoginReply } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ApiFailure } from '../api/api-failure.js';
import { ask } from '../api/request.js';
import { AlertBox, FailureAlert } from '../parts/problem.js';
import { useSubmit } from '../parts/use-submit.js';
import { enter } from '../state/session.js';
import classNames from './log-in.module.css';

/** Username and password. `fixedName` allows only the log-in of that user. */
export function LogInForm({ fixedName }: { readonly fixedName?: string }) {
  const { t } = useTranslation();
  const [username, setUsername] = useState(fixedName ?? '');
  const [password, setPassword] = useState('');
  const { onSubmit, isBusy, failure } = useSubmit(async () => {
    enter(await ask<LoginReply>('/login', { method: 'POST', body: { username, password } }));
  });
  const isWrong = failure instanceof ApiFailure && failure.status === 401;
  return (
    <form className={classNames.form} onSubmit={onSubmit}>
      <TextInput
        label={t('fields.username')}
        autoComplete="username"
        value={username}
        readOnly={fixedName !== undefined}
        onChange={(event) => setUsername(event.currentTarget.value)}
        data-autofocus={fixedName === undefined || undefined}
        size="sm"
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={t('fields.password')}
        autoComplete="current-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
        data-autofocus={fixedName !== undefined || undefined}
        size="sm"
        required
        withAsterisk={false}
      />
      {isWrong ? (
        <AlertBox>
          <p>{t('login.wrong')}</p>
          <p className="muted">{t('login.lockOut')}</p>
        </AlertBox>
      ) : (
        <FailureAlert failure={failure} />
      )}
      <Button type="submit" size="sm" loading={isBusy}>
        {t('login.submit')}
      </Button>
    </form>
  );
}
