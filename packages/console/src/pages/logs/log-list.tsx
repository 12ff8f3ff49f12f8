import type { LogLevel, LogLine } from '@pulsemq/protocol';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { clockMsText, dateTimeText } from '../../format/time.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import classNames from './logs.module.css';

const statusOf: Readonly<Record<LogLevel, Status>> = { debug: 'off', info: 'ok', warn: 'warning', error: 'bad' };

/** The height of a line before it is measured. */
const lineHeight = 28;

function LineCells({ line }: { readonly line: LogLine }) {
  const { t } = useTranslation();
  const at = new Date(line.at);
  return (
    <>
      <time dateTime={line.at} title={dateTimeText(at)} className="muted">
        {clockMsText(at)}
      </time>
      <StatusMark status={statusOf[line.level]}>{t(`logs.levels.${line.level}`)}</StatusMark>
      <span className={classNames.logger} title={line.logger}>
        {line.logger.replace(/^pulsemq\./, '')}
      </span>
      <span className={classNames.text} lang="en">
        {line.text}
      </span>
    </>
  );
}

/** The lines, the newest first. A long one takes several lines of the screen; only the visible ones are rendered. */
export function LogLines(props: { readonly lines: readonly LogLine[]; readonly children: React.ReactNode }) {
  const { t } = useTranslation();
  const { lines } = props;
  const scroller = useRef<HTMLElement>(null);
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => lineHeight,
    getItemKey: (index) => lines[index]!.id,
    overscan: 12,
    useFlushSync: false,
  });
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard.
    <section ref={scroller} className="sheet" tabIndex={0} aria-label={t('nav.logs')}>
      <ol className={classNames.lines} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map(({ key, index, start }) => (
          <li
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className={classNames.line}
            style={{ transform: `translateY(${start}px)` }}
          >
            <LineCells line={lines[index]!} />
          </li>
        ))}
      </ol>
      {props.children}
    </section>
  );
}
