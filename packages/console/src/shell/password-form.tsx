import { Button, PasswordInput } from '@mantine/core';
import type { LoginReply } from '@pulsemq/protocol';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askAlone } from '../api/request.js';
import { FailureAlert } from '../parts/problem.js';
import { useSubmit } from '../parts/use-submit.js';
import { enter } from '../state/session.js';
import classNames from './log-in.module.css';

const minimumLength = 8;
const maximumLength = 256;

type Complaint = 'tooShort' | 'tooLong' | 'differ';

/** The fault in a new password; undefined when it has none. Checked before the request. */
export function complaintAbout(next: string, again: string): Complaint | undefined {
  if (next.length < minimumLength) return 'tooShort';
  if (next.length > maximumLength) return 'tooLong';
  return next === again ? undefined : 'differ';
}

/** Changes the viewer's password. The broker ends all other log-ins of the viewer; this one continues with a new token. */
export function PasswordForm({ onDone }: { readonly onDone: () => void }) {
  const { t } = useTranslation();
  const [current, setCurrent] = useState('');
  const [next, setNext] = useState('');
  const [again, setAgain] = useState('');
  const [complaint, setComplaint] = useState<Complaint>();
  const { onSubmit, isBusy, failure } = useSubmit(async () => {
    const found = complaintAbout(next, again);
    setComplaint(found);
    if (found !== undefined) return;
    const body = { current_password: current, new_password: next };
    await askAlone<LoginReply>('/api/auth/password', body, enter);
    onDone();
  });

  return (
    <form className={classNames.form} onSubmit={onSubmit}>
      <PasswordInput
        label={t('password.current')}
        autoComplete="current-password"
        value={current}
        onChange={(event) => setCurrent(event.currentTarget.value)}
        size="sm"
        data-autofocus
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={t('password.next')}
        description={t('password.rule')}
        autoComplete="new-password"
        value={next}
        onChange={(event) => setNext(event.currentTarget.value)}
        error={complaint === 'tooShort' || complaint === 'tooLong' ? t(`password.${complaint}`) : undefined}
        size="sm"
        required
        withAsterisk={false}
      />
      <PasswordInput
        label={t('password.again')}
        autoComplete="new-password"
        value={again}
        onChange={(event) => setAgain(event.currentTarget.value)}
        error={complaint === 'differ' ? t('password.differ') : undefined}
        size="sm"
        required
        withAsterisk={false}
      />
      <FailureAlert failure={failure} />
      <Button type="submit" size="sm" loading={isBusy}>
        {t('password.title')}
      </Button>
    </form>
  );
}
