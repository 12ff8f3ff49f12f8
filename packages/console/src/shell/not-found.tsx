import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../parts/empty.js';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Empty text={t('errors.notFound')}>
      <Link to="/">{t('errors.notFoundAction')}</Link>
    </Empty>
  );
}
