import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './confirm.module.css';
import { FailureText } from './problem.js';

export interface ConfirmProps {
  readonly title: string;
  /** What it will do, and to whom. */
  readonly text: React.ReactNode;
  /** What must be typed first, for what cannot be undone. */
  readonly typed?: string;
  readonly action: string;
  readonly run: () => Promise<unknown>;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

function ConfirmBody({ text, typed, action, run, onDone, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const [written, setWritten] = useState('');
  const [failure, setFailure] = useState<unknown>();
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: React.FormEvent): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure(undefined);
    try {
      await run();
      onClose();
      onDone?.();
    } catch (cause) {
      setFailure(cause);
      setBusy(false);
    }
  };
  return (
    <form className={classNames.body} onSubmit={(event) => void submit(event)}>
      <div>{text}</div>
      {typed !== undefined && (
        <TextInput
          label={t('confirm.type', { word: typed })}
          value={written}
          onChange={(event) => setWritten(event.currentTarget.value)}
          autoComplete="off"
          data-autofocus
        />
      )}
      {failure !== undefined && (
        <div className={classNames.failure} role="alert">
          <FailureText failure={failure} />
        </div>
      )}
      <div className={classNames.buttons}>
        <Button variant="default" onClick={onClose}>
          {t('actions.cancel')}
        </Button>
        <Button type="submit" color="red" loading={isBusy} disabled={typed !== undefined && written !== typed}>
          {action}
        </Button>
      </div>
    </form>
  );
}

/** Asks before something that cannot be taken back. */
export function ConfirmDialog({ isOpen, ...props }: ConfirmProps & { readonly isOpen: boolean }) {
  return (
    <Modal opened={isOpen} onClose={props.onClose} title={props.title} size="md">
      <ConfirmBody {...props} />
    </Modal>
  );
}

/** A button that asks first. */
export function ConfirmButton(
  props: Omit<ConfirmProps, 'onClose' | 'action'> & { readonly label: string; readonly isDisabled?: boolean },
) {
  const [isOpen, setOpen] = useState(false);
  const { label, isDisabled = false, ...rest } = props;
  return (
    <>
      <Button variant="default" className={classNames.danger} disabled={isDisabled} onClick={() => setOpen(true)}>
        {label}
      </Button>
      <ConfirmDialog {...rest} action={label} isOpen={isOpen} onClose={() => setOpen(false)} />
    </>
  );
}
