import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classNames from './form.module.css';
import { FailureAlert } from './problem.js';
import { useSubmit } from './use-submit.js';

/** A form that sends one request at a time and shows its failure above the buttons. Success has no text: the page shows the result. */
export function FormFrame(props: {
  readonly action: string;
  readonly onSubmit: () => Promise<void>;
  readonly onCancel?: () => void;
  readonly isDisabled?: boolean;
  /** The action cannot be undone: its button is red. */
  readonly isDangerous?: boolean;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { onSubmit, isBusy, failure } = useSubmit(props.onSubmit);
  return (
    <form className={classNames.form} onSubmit={onSubmit}>
      {props.children}
      <FailureAlert failure={failure} />
      <div className={classNames.buttons}>
        {props.onCancel !== undefined && (
          <Button variant="default" onClick={props.onCancel}>
            {t('actions.cancel')}
          </Button>
        )}
        <Button
          type="submit"
          loading={isBusy}
          disabled={props.isDisabled ?? false}
          {...(props.isDangerous && { color: 'red' })}
        >
          {props.action}
        </Button>
      </div>
    </form>
  );
}
