import { useTranslation } from 'react-i18next';
import { clockText } from '../format/time.js';
import { StatusMark } from '../parts/status-mark.js';
import { link } from '../state/live.js';
import { useStore } from '../state/use-store.js';
import classNames from './link-status.module.css';

/** Up, connecting or away, in a word. */
export function LinkStatus() {
  const { t } = useTranslation();
  const { state } = useStore(link);
  if (state === 'live') return <StatusMark status="ok">{t('status.up')}</StatusMark>;
  if (state === 'lost') return <StatusMark status="bad">{t('status.lost')}</StatusMark>;
  if (state === 'refused') return <StatusMark status="off">{t('status.offline')}</StatusMark>;
  return <StatusMark status="off">{t('status.connecting')}</StatusMark>;
}

/** Over the page while the broker is away: since when, and that it is being tried again. */
export function LinkBanner() {
  const { t } = useTranslation();
  const now = useStore(link);
  if (now.state !== 'lost') return null;
  const time = now.lastSeenAt === null ? undefined : clockText(new Date(now.lastSeenAt));
  return (
    <div className={classNames.banner} role="status">
      <StatusMark status="bad">{t('link.lost')}</StatusMark>
      <span>{time === undefined ? t('link.neverSeen') : t('link.lastSeen', { time })}</span>
    </div>
  );
}
