import { Loader } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classNames from './empty.module.css';

/** A loader, until the first answer. */
export function Loading() {
  const { t } = useTranslation();
  return (
    <div className={classNames.empty} role="status" aria-busy="true">
      <Loader size="sm" color="gray" type="dots" />
      <span className="unseen">{t('table.loading')}</span>
    </div>
  );
}
