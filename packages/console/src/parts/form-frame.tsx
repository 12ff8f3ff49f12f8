import { Button } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './form.module.css';
import { FailureText } from './problem.js';

/** A form that sends once, shows what went wrong where it was sent, and says nothing when it went well: the page shows that. */
export function FormFrame(props: {
  readonly action: string;
  readonly onSubmit: () => Promise<void>;
  readonly onCancel?: () => void;
  readonly isDisabled?: boolean;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    event.stopPropagation();
    setBusy(true);
    setFailure(undefined);
    try {
      await props.onSubmit();
    } catch (cause) {
      setFailure(cause);
    }
    setBusy(false);
  };
  return (
    <form className={classNames.form} onSubmit={(event) => void submit(event)}>
      {props.children}
      {failure !== undefined && (
        <div className={classNames.failure} role="alert">
          <FailureText failure={failure} />
        </div>
      )}
      <div className={classNames.buttons}>
        {props.onCancel !== undefined && (
          <Button variant="default" onClick={props.onCancel}>
            {t('actions.cancel')}
          </Button>
        )}
        <Button type="submit" loading={isBusy} disabled={props.isDisabled ?? false}>
          {props.action}
        </Button>
      </div>
    </form>
  );
}
