import { useEffect } from 'react';
import classNames from './page.module.css';

export interface PageProps {
  readonly title: string;
  /** Beside the title: what this page's figures are about. */
  readonly aside?: React.ReactNode;
  /** At the end of the title's line: what can be done. */
  readonly actions?: React.ReactNode;
  /** The page is as high as the window and its content scrolls inside, as a table's does. */
  readonly isFilled?: boolean;
  readonly children: React.ReactNode;
}

/** The frame of every page: one heading, one line of actions, the content. */
export function Page({ title, aside, actions, isFilled = false, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · PulseMQ`;
  }, [title]);
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
