import { Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KeyboardList } from '../navigation/keyboard-list.js';
import { useStore } from '../state/use-store.js';
import { closeDialog, openedDialog } from './dialogs.js';

/** The dialog with the keyboard shortcuts. */
export function KeyboardHelp() {
  const { t } = useTranslation();
  const isOpen = useStore(openedDialog) === 'keys';
  return (
    <Modal opened={isOpen} onClose={closeDialog} title={t('keys.title')} size="sm">
      <KeyboardList />
    </Modal>
  );
}
