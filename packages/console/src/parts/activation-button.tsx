import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ConfirmButton } from './confirm-button.js';
import { FailureAlert } from './problem.js';

/** Activates or deactivates a user or a namespace. Deactivating disconnects clients, so it asks first; activating does not. */
export function ActivationButton(props: {
  readonly name: string;
  readonly isActive: boolean;
  /** What deactivating does, and to which clients. */
  readonly text: React.ReactNode;
  readonly onChange: (isActive: boolean) => Promise<void>;
}) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<unknown>();
  const { name, isActive, text, onChange } = props;
  if (isActive) {
    return (
      <ConfirmButton
        label={t('users.deactivate')}
        title={t('users.deactivateTitle', { name })}
        text={text}
        run={() => onChange(false)}
      />
    );
  }
  return (
    <>
      <Button variant="default" onClick={() => onChange(true).catch(setFailure)}>
        {t('users.activate')}
      </Button>
      <FailureAlert failure={failure} />
    </>
  );
}
