import { Kbd, Modal } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useStore } from '../state/use-store.js';
import { closeDialog, openedDialog } from './dialogs.js';
import classNames from './keyboard-help.module.css';
import { pages } from './pages.js';

function Keys({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className={classNames.keys}>
      {keys.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </span>
  );
}

/** What the keyboard can do. */
export function KeyboardHelp() {
  const { t } = useTranslation();
  const isOpen = useStore(openedDialog) === 'keys';
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['/'], t('keys.search')],
    [['Ctrl', 'K'], t('keys.palette')],
    [['?'], t('keys.help')],
    [['Esc'], t('keys.close')],
    [['s'], t('keys.stop')],
    [['↑', '↓'], t('keys.rows')],
    [['Enter'], t('keys.openRow')],
    ...pages.map((page) => [['g', page.key], t(`nav.${page.name}`)] as const),
  ];
  return (
    <Modal opened={isOpen} onClose={closeDialog} title={t('keys.title')} size="sm">
      <dl className={classNames.list}>
        {rows.map(([keys, text]) => (
          <div key={keys.join()} className={classNames.row}>
            <dt>
              <Keys keys={keys} />
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </Modal>
  );
}
