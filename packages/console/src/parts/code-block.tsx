import classNames from './code-block.module.css';
import { CopyWordButton } from './copy-button.js';

/** Code to take along. */
export function CodeBlock({ code, label }: { readonly code: string; readonly label: string }) {
  return (
    <div className={classNames.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard. */}
      <pre className={classNames.code} tabIndex={0} role="region" aria-label={label}>
        {code}
      </pre>
      <div className={classNames.copy}>
        <CopyWordButton text={code} />
      </div>
    </div>
  );
}
