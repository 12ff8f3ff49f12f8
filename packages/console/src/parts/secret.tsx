import { CopyWordButton } from './copy-button.js';
import classNames from './secret.module.css';

/** A secret that is shown once, with a button to copy it. */
export function Secret({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div className={classNames.secret}>
      <span className="muted">{name}</span>
      <code data-secret={name}>{value}</code>
      <CopyWordButton text={value} />
    </div>
  );
}
