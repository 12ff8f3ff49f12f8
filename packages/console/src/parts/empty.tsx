import classNames from './empty.module.css';

/** Where nothing is: a sentence, and one thing to do about it. */
export function Empty({ text, children }: { readonly text: string; readonly children?: React.ReactNode }) {
  return (
    <div className={classNames.empty}>
      <p>{text}</p>
      {children}
    </div>
  );
}
