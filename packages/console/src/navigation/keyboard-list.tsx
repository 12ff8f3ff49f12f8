import { Kbd } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classNames from './keyboard-list.module.css';
import { useVisiblePages } from './use-visible-pages.js';

function Keys({ keys }: { readonly keys: readonly string[] }) {
  return (
    <span className={classNames.keys}>
      {keys.map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </span>
  );
}

/** All keyboard shortcuts. */
export function KeyboardList() {
  const { t } = useTranslation();
  const pages = useVisiblePages();
  const rows: readonly (readonly [readonly string[], string])[] = [
    [['/'], t('keys.search')],
    [['Ctrl', 'K'], t('keys.palette')],
    [['?'], t('keys.help')],
    [['Esc'], t('actions.close')],
    [['s'], t('keys.pause')],
    [['↑', '↓'], t('keys.rows')],
    [['Enter'], t('keys.openRow')],
    ...pages.map((page) => [['g', page.key], t(`nav.${page.name}`)] as const),
  ];
  return (
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
  );
}
