import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { leave, session, skipPasswordChange } from '../state/session.js';
import { useStore } from '../state/use-store.js';
import { closeDialog, openedDialog } from './dialogs.js';
import { LogInForm } from './log-in-form.js';
import { logOut } from './log-out.js';
import { PasswordForm } from './password-form.js';

const nothing = (): void => {};

/** Above a form that was open when the log-in ended. */
const overForms = 400;

/** A dialog that only its form, or the button below it, can close. */
function HeldDialog(props: {
  readonly isOpen: boolean;
  readonly title: string;
  readonly hint: string;
  /** The text of the button below the form. */
  readonly exit: string;
  readonly onExit: () => void;
  readonly children: React.ReactNode;
}) {
  return (
    <Modal
      opened={props.isOpen}
      onClose={nothing}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={overForms}
      title={props.title}
      size="sm"
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {props.hint}
      </p>
      {props.children}
      <Button variant="subtle" mt="sm" fullWidth onClick={props.onExit}>
        {props.exit}
      </Button>
    </Modal>
  );
}

/** Shown when the log-in has ended. The page under it keeps its state. */
export function ExpiredDialog() {
  const { t } = useTranslation();
  const now = useStore(session);
  return (
    <HeldDialog
      isOpen={now.state === 'expired'}
      title={t('login.expired')}
      hint={t('login.expiredHint')}
      exit={t('login.otherUser')}
      onExit={leave}
    >
      {now.state === 'expired' && <LogInForm fixedName={now.username} />}
    </HeldDialog>
  );
}

/** Asks for a password of the viewer's own, which can be skipped: the file `.pulsemq_admin` then still has the right one. */
export function AdvisedPasswordDialog() {
  const { t } = useTranslation();
  const now = useStore(session);
  return (
    <HeldDialog
      isOpen={now.state === 'in' && now.passwordChange === 'advised'}
      title={t('password.forcedTitle')}
      hint={t('password.advisedHint')}
      exit={t('password.skip')}
      onExit={skipPasswordChange}
    >
      <PasswordForm onDone={nothing} />
    </HeldDialog>
  );
}

/** Shown until the viewer has replaced the password, where the broker refuses everything else before that. */
export function ForcedPasswordDialog() {
  const { t } = useTranslation();
  const now = useStore(session);
  return (
    <HeldDialog
      isOpen={now.state === 'in' && now.passwordChange === 'required'}
      title={t('password.forcedTitle')}
      hint={t('password.forcedHint')}
      exit={t('top.logOut')}
      onExit={() => void logOut()}
    >
      <PasswordForm onDone={nothing} />
    </HeldDialog>
  );
}

/** The change of password that the account menu opens. */
export function PasswordDialog() {
  const { t } = useTranslation();
  const isOpen = useStore(openedDialog) === 'password';
  return (
    <Modal opened={isOpen} onClose={closeDialog} title={t('password.title')} size="sm">
      <PasswordForm onDone={closeDialog} />
    </Modal>
  );
}
