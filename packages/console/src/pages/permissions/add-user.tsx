import { Button, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { addedNames } from './draft.js';
import classNames from './permissions.module.css';

/** Adds a row for a username. A namespace's admin may grant roles but not list users; the broker refuses an unknown username. */
export function AddUser() {
  const { t } = useTranslation();
  const [name, setName] = useState('');
  const wanted = name.trim();
  const add = (event: React.FormEvent): void => {
    event.preventDefault();
    addedNames.update((names) => (names.includes(wanted) ? names : [...names, wanted]));
    setName('');
  };
  return (
    <form className={classNames.bar} onSubmit={add}>
      <TextInput
        aria-label={t('fields.username')}
        placeholder={t('fields.username')}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        maxLength={64}
        w={160}
      />
      <Button type="submit" variant="default" disabled={wanted === ''}>
        {t('permissions.addUser')}
      </Button>
    </form>
  );
}
