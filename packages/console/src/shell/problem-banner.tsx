import { useTranslation } from 'react-i18next';
import { failureWords } from '../i18n/zh/failure-words.js';
import { figures, link } from '../live/figures.js';
import { StatusMark } from '../parts/status-mark.js';
import { useStore } from '../state/use-store.js';
import classNames from './link-status.module.css';

/** A banner above the page for each problem that keeps the broker from doing all of its work, with the true cause. */
export function ProblemBanner() {
  const { t, i18n } = useTranslation();
  const now = useStore(figures);
  const { state } = useStore(link);
  // Old figures say nothing about a broker that does not answer.
  if (state !== 'live') return null;
  return (now?.problems ?? []).map(({ code, text }) => (
    <div key={code} className={classNames.banner} role="status">
      <StatusMark status="bad">{(i18n.language === 'zh' ? failureWords[code] : undefined) ?? text}</StatusMark>
      {code.startsWith('STORE_') && <span>{t('link.storeTrouble')}</span>}
    </div>
  ));
}
