import { Button, Modal, PasswordInput } from '@mantine/core';
import type { ApiUser, SetPasswordReply } from '@pulsemq/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { FormFrame } from '../../parts/form-frame.js';

/** Sets a password, or has one generated and hands it on to be shown once. */
export function SetPassword(props: { readonly user: ApiUser; readonly onGenerated: (password: string) => void }) {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const [isOpen, setOpen] = useState(false);
  const [password, setPassword] = useState('');
  const { user, onGenerated } = props;
  const submit = async (): Promise<void> => {
    const body = password === '' ? {} : { password };
    const reply = await ask<SetPasswordReply>(`/api/users/${user.id}/password`, { method: 'POST', body });
    setOpen(false);
    setPassword('');
    void queries.invalidateQueries({ queryKey: ['users'] });
    if (reply.password !== undefined) onGenerated(reply.password);
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
          <PasswordInput
            label={t('password.next')}
            description={t('users.passwordGenerated')}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            autoComplete="new-password"
            data-autofocus
          />
          <p className="muted">{t('users.setPasswordText')}</p>
        </FormFrame>
      </Modal>
    </>
  );
}
