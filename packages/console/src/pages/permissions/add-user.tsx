import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './permissions.module.css';

/** For who may grant but not list users: a row for a user whose number they were told. */
export function AddUser({ onAdd }: { readonly onAdd: (id: number) => void }) {
  const { t } = useTranslation();
  const [id, setId] = useState('');
  const add = (event: React.FormEvent): void => {
    event.preventDefault();
    onAdd(Number(id));
    setId('');
  };
  return (
    <form className={classNames.bar} onSubmit={add}>
      <TextInput
        aria-label={t('permissions.userNumber')}
        placeholder={t('permissions.userNumber')}
        value={id}
        onChange={(event) => setId(event.currentTarget.value.replace(/\D/g, ''))}
        inputMode="numeric"
        maxLength={9}
        w={120}
      />
      <Button type="submit" variant="default" disabled={Number(id) < 1}>
        {t('permissions.addUser')}
      </Button>
    </form>
  );
}
