import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/lists.js';
import { clockText } from '../format/time.js';
import { link } from '../live/figures.js';
import { StatusMark } from '../parts/status-mark.js';
import { useStore } from '../state/use-store.js';
import classNames from './link-status.module.css';

/** Up, connecting or away, in a word. */
export function LinkStatus() {
  const { t } = useTranslation();
  const { state } = useStore(link);
  const { data: me } = useQuery(meQuery);
  if (state === 'live') return <StatusMark status="ok">{t('status.up')}</StatusMark>;
  if (state === 'lost') return <StatusMark status="bad">{t('status.lost')}</StatusMark>;
  // Who has no right to the figures has no stream: the pages they may see say themselves when the broker is away.
  if (state === 'refused' || me?.is_administrator === false) return null;
  return <StatusMark status="off">{t('status.connecting')}</StatusMark>;
}

const backShownMs = 5000;

/** True for a moment after a broker that was away has come back. */
function useIsBack(state: string): boolean {
  const [isBack, setBack] = useState(false);
  const wasLost = useRef(false);
  useEffect(() => {
    if (state === 'lost') {
      wasLost.current = true;
      setBack(false);
      return;
    }
    if (state === 'refused') wasLost.current = false;
    if (state !== 'live' || !wasLost.current) return;
    wasLost.current = false;
    setBack(true);
    const timer = setTimeout(() => setBack(false), backShownMs);
    return () => clearTimeout(timer);
  }, [state]);
  return isBack;
}

/** Over the page while the broker is away: since when, and that it is being tried again; and a word when it is back. */
export function LinkBanner() {
  const { t } = useTranslation();
  const now = useStore(link);
  const isBack = useIsBack(now.state);
  if (isBack) {
    return (
      <div className={classNames.banner} data-back role="status">
        <StatusMark status="ok">{t('link.back')}</StatusMark>
      </div>
    );
  }
  if (now.state !== 'lost') return null;
  const time = now.lastSeenAt === null ? undefined : clockText(new Date(now.lastSeenAt));
  return (
    <div className={classNames.banner} role="status">
      <StatusMark status="bad">{t('link.lost')}</StatusMark>
      <span>{time === undefined ? t('link.neverSeen') : t('link.lastSeen', { time })}</span>
    </div>
  );
}
