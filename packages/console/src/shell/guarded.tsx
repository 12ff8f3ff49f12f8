import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/lists.js';
import type { PageName } from '../navigation/pages.js';
import { useVisiblePages } from '../navigation/use-visible-pages.js';
import { Empty } from '../parts/empty.js';
import { Loading } from '../parts/loading.js';
import { Page } from '../parts/page.js';
import { Panel } from '../parts/panel.js';
import { session } from '../state/session.js';
import { useStore } from '../state/use-store.js';

/** A page for viewers with permission. For others it says so, and sends no request that the broker would refuse. */
export function Guarded({ name, children }: { readonly name: PageName; readonly children: React.ReactNode }) {
  const { t } = useTranslation();
  const { data: me, error } = useQuery(meQuery);
  const isVisible = useVisiblePages().some((page) => page.name === name);
  const viewer = useStore(session);
  if (me === undefined && error === null) {
    return (
      <Page title={t(`nav.${name}`)}>
        <Loading />
      </Page>
    );
  }
  if (isVisible) return children;
  return (
    <Page title={t(`nav.${name}`)}>
      <Panel>
        <Empty text={t('errors.noPermission')}>
          {viewer.state === 'in' && <p>{t('errors.noPermissionHint', { name: viewer.username })}</p>}
        </Empty>
      </Panel>
    </Page>
  );
}
