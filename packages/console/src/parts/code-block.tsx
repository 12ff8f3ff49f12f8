import classNames from './code-block.module.css';
import { CopyWordButton } from './copy-button.js';

/** Code to take along. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <div className={classNames.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard. */}
      <section className={classNames.code} tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      <div className={classNames.copy}>
        <CopyWordButton text={code} />
      </div>
    </div>
  );
}
