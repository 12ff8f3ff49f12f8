import { Button, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { leave, session } from '../state/session.js';
import { useStore } from '../state/use-store.js';
import { closeDialog, openedDialog } from './dialogs.js';
import { LogInForm } from './log-in-form.js';
import { logOut } from './log-out.js';
import { PasswordForm } from './password-form.js';

const nothing = (): void => {};

/** Above a form that was open when the log-in ended. */
const overForms = 400;

/** Over the page when the token has ended: the page underneath is kept. */
export function ExpiredDialog() {
  const { t } = useTranslation();
  const now = useStore(session);
  return (
    <Modal
      opened={now.state === 'expired'}
      onClose={nothing}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={overForms}
      title={t('login.expired')}
      size="sm"
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {t('login.expiredHint')}
      </p>
      {now.state === 'expired' && <LogInForm fixedName={now.username} />}
      <Button variant="subtle" mt="sm" fullWidth onClick={leave}>
        {t('login.otherUser')}
      </Button>
    </Modal>
  );
}

/** Over the page until a generated password was replaced. */
export function ForcedPasswordDialog() {
  const { t } = useTranslation();
  const now = useStore(session);
  return (
    <Modal
      opened={now.state === 'in' && now.mustChangePassword}
      onClose={nothing}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={overForms}
      title={t('password.forcedTitle')}
      size="sm"
    >
      <p className="muted" style={{ marginBottom: 14 }}>
        {t('password.forcedHint')}
      </p>
      <PasswordForm onDone={nothing} />
      <Button variant="subtle" mt="sm" fullWidth onClick={() => void logOut()}>
        {t('top.logOut')}
      </Button>
    </Modal>
  );
}

/** Asked for from the menu. */
export function PasswordDialog() {
  const { t } = useTranslation();
  const isOpen = useStore(openedDialog) === 'password';
  return (
    <Modal opened={isOpen} onClose={closeDialog} title={t('password.title')} size="sm">
      <PasswordForm onDone={closeDialog} />
    </Modal>
  );
}
