import classNames from './code-block.module.css';
import { CopyWordButton } from './copy-button.js';

export interface CodeBlockProps {
  readonly code: string;
  readonly label: string;
  /** Without a copy button, where one stands elsewhere. */
  readonly isBare?: boolean;
}

/** A block of code with a copy button. */
export function CodeBlock({ code, label, isBare = false }: CodeBlockProps) {
  return (
    <div className={classNames.block}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard. */}
      <section className={classNames.code} tabIndex={0} aria-label={label}>
        <pre>{code}</pre>
      </section>
      {!isBare && (
        <div className={classNames.copy}>
          <CopyWordButton text={code} />
        </div>
      )}
    </div>
  );
}
