import classNames from './empty.module.css';

/** Stands in for data that does not exist: a sentence, and one action. */
export function Empty({ text, children }: { readonly text: string; readonly children?: React.ReactNode }) {
  return (
    <div className={classNames.empty}>
      <p>{text}</p>
      {children}
    </div>
  );
}
