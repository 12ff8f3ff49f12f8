import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { meQuery } from '../api/lists.js';
import { clockText } from '../format/time.js';
import { link } from '../live/figures.js';
import { StatusMark } from '../parts/status-mark.js';
import { useStore } from '../state/use-store.js';
import classNames from './link-status.module.css';

/** The state of the broker: up, connecting or unreachable. */
export function LinkStatus() {
  const { t } = useTranslation();
  const { state } = useStore(link);
  const { data: me } = useQuery(meQuery);
  if (state === 'live') return <StatusMark status="ok">{t('status.up')}</StatusMark>;
  if (state === 'lost') return <StatusMark status="bad">{t('status.lost')}</StatusMark>;
  // Without permission for the figures there is no stream. The pages themselves report a broker that does not answer.
  if (state === 'refused' || me?.is_administrator === false) return null;
  return <StatusMark status="off">{t('status.connecting')}</StatusMark>;
}

const backShownMs = 5000;

/** True for a few seconds after the broker answers again. */
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

/** A banner above the page while the broker does not answer, and for a few seconds after it answers again. */
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
      <StatusMark status="bad">{t('errors.unreachable')}</StatusMark>
      <span>{time === undefined ? t('link.neverSeen') : t('link.lastSeen', { time })}</span>
    </div>
  );
}
