import { Drawer } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Suspense, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, Outlet, useLocation } from 'react-router';
import { meQuery } from '../api/lists.js';
import { followBroker, link } from '../live/figures.js';
import { Loading } from '../parts/loading.js';
import { preferences } from '../state/preferences.js';
import { session } from '../state/session.js';
import { useStore } from '../state/use-store.js';
import { BrandMark } from './brand-mark.js';
import classNames from './frame.module.css';
import { KeyboardHelp } from './keyboard-help.js';
import { LinkBanner } from './link-status.js';
import { Navigation } from './navigation.js';
import { PageBoundary } from './page-boundary.js';
import { Palette } from './palette.js';
import { ProblemBanner } from './problem-banner.js';
import { AdvisedPasswordDialog, ExpiredDialog, ForcedPasswordDialog, PasswordDialog } from './session-dialogs.js';
import { TopBar } from './top-bar.js';
import { useKeyboard } from './use-keyboard.js';

function Dialogs() {
  return (
    <>
      <Palette />
      <KeyboardHelp />
      <PasswordDialog />
      <AdvisedPasswordDialog />
      <ForcedPasswordDialog />
      <ExpiredDialog />
    </>
  );
}

/** Everything around a page, after the log-in. */
export function Frame() {
  const { t } = useTranslation();
  const viewer = useStore(session);
  const { state } = useStore(link);
  const { clock } = useStore(preferences);
  const location = useLocation();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const token = viewer.state === 'in' && viewer.passwordChange !== 'required' ? viewer.token : undefined;
  const me = useQuery({ ...meQuery, enabled: token !== undefined });
  const isFollowing = token !== undefined && (me.data?.is_administrator ?? me.error !== null);
  useEffect(() => (isFollowing && token !== undefined ? followBroker() : undefined), [isFollowing, token]);
  useKeyboard();
  return (
    <div className={classNames.frame} data-link={state}>
      <button type="button" className={classNames.skip} onClick={focusMain}>
        {t('nav.skip')}
      </button>
      <Link className={classNames.brand ?? ''} to="/">
        <BrandMark />
        PulseMQ
      </Link>
      <TopBar onMenu={() => setMenuOpen(true)} />
      <div className={classNames.nav}>
        <Navigation />
      </div>
      <div className={classNames.banner}>
        <LinkBanner />
        <ProblemBanner />
      </div>
      {/* The router keeps the page of before until the next one is there: `data-path` says which one is shown. */}
      <main id="main" tabIndex={-1} className={classNames.main} data-path={location.pathname}>
        <PageBoundary place={location.pathname}>
          <Suspense fallback={<Loading />}>
            {/* Another clock renders every time of the page again. */}
            <Outlet key={clock} />
          </Suspense>
        </PageBoundary>
      </main>
      <Drawer opened={isMenuOpen} onClose={() => setMenuOpen(false)} title="PulseMQ" size={260} padding="sm">
        <Navigation onChoose={() => setMenuOpen(false)} />
      </Drawer>
      <Dialogs />
    </div>
  );
}

/** A link to `#main` would change the address, which belongs to the router. */
function focusMain(): void {
  document.getElementById('main')?.focus();
}
