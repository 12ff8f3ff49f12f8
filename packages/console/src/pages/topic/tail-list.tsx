import type { ShownMessage } from '@pulsemq/protocol';
import { useVirtualizer } from '@tanstack/react-virtual';
import { memo, useLayoutEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesText } from '../../format/number.js';
import { clockMsText } from '../../format/time.js';
import { classes } from '../../parts/classes.js';
import { PayloadPreview } from '../../parts/payload/payload-preview.js';
import classNames from './topic.module.css';

export const messageKey = ({ topic, epoch, sequence }: ShownMessage): string => `${topic} ${epoch} ${sequence}`;

const rowHeight = 26;

/** Milliseconds from the publisher's clock to the broker's. Negative when the publisher's clock is ahead. */
export const latencyMs = ({ published_at, received_at }: ShownMessage): number =>
  Date.parse(received_at) - Date.parse(published_at);

interface RowProps {
  readonly message: ShownMessage;
  readonly start: number;
  readonly isChosen: boolean;
  /** The tail of a pattern: each row has its topic. */
  readonly hasTopic: boolean;
  readonly onChoose: (message: ShownMessage) => void;
}

const TailRow = memo(function TailRow({ message, start, isChosen, hasTopic, onChoose }: RowProps) {
  return (
    <button
      type="button"
      className={classes(classNames.tailRow, isChosen && classNames.chosen)}
      aria-pressed={isChosen}
      style={{ transform: `translateY(${start}px)` }}
      onClick={() => onChoose(message)}
    >
      <span className="muted">{clockMsText(new Date(message.received_at))}</span>
      {hasTopic && (
        <span className="clip" title={message.topic}>
          {message.topic}
        </span>
      )}
      <span className={classes(classNames.right, hasTopic && classNames.wide)}>{message.sequence}</span>
      <span className={classNames.wide}>{message.format}</span>
      <span className={classes(classNames.right, classNames.wide)}>{bytesText(message.payload_bytes)}</span>
      <span className={classes(classNames.right, classNames.wide)}>{latencyMs(message)}</span>
      <PayloadPreview content={message.content} />
    </button>
  );
});

/** New rows arrive at the top. When the list is scrolled, the visible rows keep their place. */
function useHeldPlace(scroller: React.RefObject<HTMLElement | null>, messages: readonly ShownMessage[]): void {
  const first = useRef<string>(undefined);
  useLayoutEffect(() => {
    const element = scroller.current;
    const before = first.current;
    first.current = messages[0] === undefined ? undefined : messageKey(messages[0]);
    if (element === null || before === undefined || element.scrollTop === 0) return;
    const arrived = messages.findIndex((message) => messageKey(message) === before);
    if (arrived > 0) element.scrollTop += arrived * rowHeight;
  }, [messages, scroller]);
}

/** The messages of a tail, the newest first. */
export function TailList(props: {
  readonly messages: readonly ShownMessage[];
  readonly chosen: ShownMessage | null;
  readonly onChoose: (message: ShownMessage) => void;
  readonly empty: React.ReactNode;
  readonly hasTopic?: boolean;
}) {
  const { t } = useTranslation();
  const { messages, chosen, onChoose, hasTopic = false } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const virtual = useVirtualizer({
    count: messages.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => messageKey(messages[index]!),
    overscan: 10,
  });
  useHeldPlace(scroller, messages);
  const chosenKey = chosen === null ? null : messageKey(chosen);
  return (
    <div className={classNames.tail} data-topic={hasTopic}>
      <div className={classNames.tailHead} aria-hidden="true">
        <span>{t('topic.receivedAt')}</span>
        {hasTopic && <span>{t('fields.topic')}</span>}
        <span className={classes(classNames.right, hasTopic && classNames.wide)}>{t('topics.sequence')}</span>
        <span className={classNames.wide}>{t('topic.format')}</span>
        <span className={classes(classNames.right, classNames.wide)}>{t('topic.size')}</span>
        <span className={classes(classNames.right, classNames.wide)}>{t('fields.latency')} ms</span>
        <span>{t('topic.payload')}</span>
      </div>
      <div ref={scroller} className={classNames.tailRows}>
        {messages.length === 0 && props.empty}
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map(({ key, index, start }) => (
            <TailRow
              key={key}
              message={messages[index]!}
              start={start}
              isChosen={key === chosenKey}
              hasTopic={hasTopic}
              onChoose={onChoose}
            />
          ))}
        </div>
      </div>
    </div>
  );
}
