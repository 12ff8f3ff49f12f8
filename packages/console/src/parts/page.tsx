import { useEffect } from 'react';
import { useFiringCount } from '../live/firing-count.js';
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

/** The frame of every page: a heading, the actions, the content. The title of the tab has the count of alerts that fire. */
export function Page({ title, aside, actions, isFilled = false, children }: PageProps) {
  const firing = useFiringCount();
  useEffect(() => {
    document.title = `${firing > 0 ? `(${firing}) ` : ''}${title} · PulseMQ`;
  }, [title, firing]);
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
