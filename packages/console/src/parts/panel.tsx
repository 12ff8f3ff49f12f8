import classNames from './panel.module.css';

export interface PanelProps {
  readonly title?: React.ReactNode;
  readonly actions?: React.ReactNode;
  readonly children: React.ReactNode;
  readonly className?: string | undefined;
}

/** A surface with a border. Panels do not nest. */
export function Panel({ title, actions, children, className }: PanelProps) {
  return (
    <section className={`${classNames.panel} ${className ?? ''}`}>
      {(title !== undefined || actions !== undefined) && (
        <header className={classNames.head}>
          <h2>{title}</h2>
          {actions !== undefined && <div className={classNames.actions}>{actions}</div>}
        </header>
      )}
      {children}
    </section>
  );
}
