import { useTranslation } from 'react-i18next';
import { agoText, dateTimeText } from '../format/time.js';
import { now } from '../live/now.js';
import { useStore } from '../state/use-store.js';

/** The age of a time, live; the time itself on hover. Null is "never". */
export function Ago({ at }: { readonly at: string | null | undefined }) {
  const { t } = useTranslation();
  const nowMs = useStore(now);
  if (at === null || at === undefined) return <span className="muted">{t('time.never')}</span>;
  const time = new Date(at);
  return (
    <time className="figure" dateTime={at} title={dateTimeText(time)}>
      {agoText(t, nowMs - time.getTime())}
    </time>
  );
}
