import { Button, Modal, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import classNames from './confirm.module.css';
import { FormFrame } from './form-frame.js';

export interface ConfirmProps {
  readonly title: string;
  /** What the action does, and to which object. */
  readonly text: React.ReactNode;
  /** The word to type before an action that cannot be undone. */
  readonly typed?: string;
  readonly action: string;
  readonly run: () => Promise<unknown>;
  readonly onDone?: () => void;
  readonly onClose: () => void;
}

function ConfirmBody({ text, typed, action, run, onDone, onClose }: ConfirmProps) {
  const { t } = useTranslation();
  const [written, setWritten] = useState('');
  const submit = async (): Promise<void> => {
    await run();
    onClose();
    onDone?.();
  };
  return (
    <FormFrame
      action={action}
      onSubmit={submit}
      onCancel={onClose}
      isDisabled={typed !== undefined && written !== typed}
      isDangerous
    >
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
    </FormFrame>
  );
}

/** Asks before an action that cannot be undone. */
export function ConfirmDialog({ isOpen, ...props }: ConfirmProps & { readonly isOpen: boolean }) {
  return (
    <Modal opened={isOpen} onClose={props.onClose} title={props.title} size="md">
      <ConfirmBody {...props} />
    </Modal>
  );
}

/** A button that asks before it acts. */
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
