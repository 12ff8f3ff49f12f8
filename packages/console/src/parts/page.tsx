import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { link } from '../live/figures.js';
import { useFiringCount } from '../live/firing-count.js';
import { useStore } from '../state/use-store.js';
import classNames from './page.module.css';

export interface PageProps {
  readonly title: string;
  /** Beside the title: what the page shows. */
  readonly aside?: React.ReactNode;
  /** At the end of the title's line: the actions of the page. */
  readonly actions?: React.ReactNode;
  /** The page is as high as the window, and its content scrolls inside. */
  readonly isFilled?: boolean;
  readonly children: React.ReactNode;
}

/** What the title of the tab begins with: that the broker does not answer, else the count of alerts that fire. */
function useNews(): string {
  const { t } = useTranslation();
  const firing = useFiringCount();
  const isLost = useStore(link).state === 'lost';
  if (isLost) return `✕ ${t('status.lost')} · `;
  return firing > 0 ? `(${firing}) ` : '';
}

/** The frame of every page: a heading, the actions, the content. */
export function Page({ title, aside, actions, isFilled = false, children }: PageProps) {
  const news = useNews();
  useEffect(() => {
    document.title = `${news}${title} · PulseMQ`;
  }, [title, news]);
  return (
    <section className={classNames.page} data-filled={isFilled}>
      <header className={classNames.head}>
        <h1 className={classNames.title}>{title}</h1>
        {aside !== undefined && <div className={classNames.aside}>{aside}</div>}
        {actions !== undefined && <div className={classNames.actions}>{actions}</div>}
      </header>
      {children}
    </section>
  );
}
