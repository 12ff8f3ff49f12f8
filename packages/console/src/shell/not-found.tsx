import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../parts/empty.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';

export function NotFound() {
  const { t } = useTranslation();
  return (
    <Page title={t('errors.notFound')}>
      <Panel>
        <Empty text={t('errors.notFoundHint')}>
          <Button component={Link} to="/" variant="default">
            {t('errors.notFoundAction')}
          </Button>
        </Empty>
      </Panel>
    </Page>
  );
}
