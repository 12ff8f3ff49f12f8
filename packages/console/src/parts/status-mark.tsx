import classNames from './status-mark.module.css';

/** Five states. Each has a colour and a shape; the label is a word. */
export type Status = 'ok' | 'warning' | 'bad' | 'stale' | 'off';

const shapes: Readonly<Record<Status, React.ReactNode>> = {
  ok: <circle cx="5" cy="5" r="4" fill="currentColor" />,
  warning: <path d="M5 .8 9.6 9H.4Z" fill="currentColor" />,
  bad: <rect x="1" y="1" width="8" height="8" fill="currentColor" />,
  stale: <circle cx="5" cy="5" r="3.6" fill="none" stroke="currentColor" strokeWidth="1.6" strokeDasharray="2.2 1.6" />,
  off: <circle cx="5" cy="5" r="3.4" fill="none" stroke="currentColor" strokeWidth="1.4" />,
};

/** The shape of a status alone. A word for it stands beside, or in a label. */
export function StatusShape({ status }: { readonly status: Status }) {
  return (
    <span className={classNames.mark} data-status={status}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
        {shapes[status]}
      </svg>
    </span>
  );
}

/** A status as a shape and a word. */
export function StatusMark({ status, children }: { readonly status: Status; readonly children: React.ReactNode }) {
  return (
    <span className={classNames.mark} data-status={status}>
      <svg width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" focusable="false">
        {shapes[status]}
      </svg>
      <span className="clip">{children}</span>
    </span>
  );
}
