import { Button, Select, TextInput } from '@mantine/core';
import type { ShownMessage } from '@pulsemq/protocol';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Icon } from '../../parts/icon.js';
import { meets, parseFilter } from '../../parts/payload/message-filter.js';
import { FailureText } from '../../parts/problem.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import { useStore } from '../../state/use-store.js';
import { MessagePanel } from './message-panel.js';
import { TailChart } from './tail-chart.js';
import { messageKey, TailList } from './tail-list.js';
import { type Tail, TapFeed } from './tap-feed.js';
import classNames from './topic.module.css';

const rates = ['10', '50', '200'] as const;
type Rate = (typeof rates)[number];

function useTapFeed(namespace: string, pattern: string, maxRate: number): TapFeed {
  const feed = useMemo(() => new TapFeed(namespace, pattern), [namespace, pattern]);
  useEffect(() => {
    if (feed.tail.get().state !== 'stopped' || feed.tail.get().seenTotal === 0) feed.start(maxRate);
    return () => feed.stop();
  }, [feed, maxRate]);
  return feed;
}

/** `s` pauses and resumes the tail, except while the viewer types or a dialog is open. */
function useStopKey(toggle: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key !== 's' || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.target instanceof HTMLElement && event.target.closest('input, textarea, [role="dialog"]')) return;
      toggle();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [toggle]);
}

const stateMarks = {
  connecting: ['off', 'status.connecting'],
  running: ['ok', 'status.live'],
  stopped: ['warning', 'status.paused'],
  retrying: ['bad', 'status.lost'],
  refused: ['bad', 'status.refused'],
} as const satisfies Record<Tail['state'], readonly [Status, string]>;

function Counts(props: { readonly tail: Tail; readonly kept: number; readonly matching: number | null }) {
  const { t } = useTranslation();
  const { tail, kept, matching } = props;
  const [status, word] = stateMarks[tail.state];
  return (
    <div className={classNames.counts} role="status">
      <StatusMark status={status}>{t(word)}</StatusMark>
      {tail.seenTotal > 0 && (
        <span title={t('topic.samplingHint')}>
          {t('topic.shownOf', { shown: exact(tail.shownTotal), seen: exact(tail.seenTotal) })}
        </span>
      )}
      {matching !== null && (
        <span className="muted">{t('topic.matching', { n: exact(matching), kept: exact(kept) })}</span>
      )}
    </div>
  );
}

function Waiting({ tail, isFiltered }: { readonly tail: Tail; readonly isFiltered: boolean }) {
  const { t } = useTranslation();
  if (tail.failure !== null) {
    return (
      <div className={classNames.waiting}>
        <FailureText failure={tail.failure} />
      </div>
    );
  }
  return <Empty text={isFiltered ? t('topic.noneMatch') : t('topic.waiting')} />;
}

/** Pause, filter, rate and counts. */
function TailBar(props: {
  readonly isStopped: boolean;
  readonly onToggle: () => void;
  readonly onClear: () => void;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  readonly maxRate: Rate;
  readonly onMaxRate: (rate: Rate) => void;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { isStopped, filter, maxRate } = props;
  return (
    <div className={classNames.bar}>
      <Button
        variant="default"
        leftSection={<Icon name={isStopped ? 'play' : 'pause'} size={14} />}
        onClick={props.onToggle}
        className={classNames.toggle}
      >
        {isStopped ? t('actions.resume') : t('actions.pause')}
      </Button>
      <TextInput
        data-page-search
        className={classNames.filter}
        value={filter}
        onChange={(event) => props.onFilter(event.currentTarget.value)}
        placeholder={t('topic.filter')}
        aria-label={t('topic.filter')}
      />
      <Select
        aria-label={t('topic.maxRate')}
        className={classNames.rate}
        value={maxRate}
        allowDeselect={false}
        onChange={(value) => value !== null && props.onMaxRate(value)}
        data={rates.map((value) => ({ value, label: t('topic.perSecond', { n: value }) }))}
      />
      <Button variant="subtle" onClick={props.onClear}>
        {t('topic.clear')}
      </Button>
      {props.children}
    </div>
  );
}

/** The messages that the tail has, and below them the one that was there before it was opened. */
function withFirst(messages: readonly ShownMessage[], first: ShownMessage | undefined): readonly ShownMessage[] {
  if (first === undefined || messages.some((message) => messageKey(message) === messageKey(first))) return messages;
  return [...messages, first];
}

/** The messages of a topic or of a pattern as they arrive: as many as the chosen rate allows, and the count of all. */
export function LiveTail(props: {
  readonly namespace: string;
  readonly pattern: string;
  readonly filter: string;
  readonly onFilter: (filter: string) => void;
  /** The pattern may match several topics: each row has its topic, and there is no chart. */
  readonly isOfPattern?: boolean;
  /** The last message before the tail was opened, where the broker keeps it. */
  readonly first?: ShownMessage | undefined;
}) {
  const { namespace, pattern, filter, onFilter, isOfPattern = false, first } = props;
  const [maxRate, setMaxRate] = useState<Rate>('50');
  const feed = useTapFeed(namespace, pattern, Number(maxRate));
  const tail = useStore(feed.tail);
  const known = useMemo(() => withFirst(tail.messages, first), [tail.messages, first]);
  const [chosen, setChosen] = useState<ShownMessage | null>(null);
  const conditions = useMemo(() => parseFilter(filter), [filter]);
  const isFiltered = conditions.length > 0;
  const messages = useMemo(
    () => (isFiltered ? known.filter((message) => meets(message, conditions)) : known),
    [known, conditions, isFiltered],
  );
  const isStopped = tail.state === 'stopped' || tail.state === 'refused';
  const toggle = (): void => (isStopped ? feed.start(Number(maxRate)) : feed.stop());
  useStopKey(toggle);
  const choose = (message: ShownMessage): void =>
    setChosen((was) => (was !== null && messageKey(was) === messageKey(message) ? null : message));
  const bar = { isStopped, filter, onFilter, maxRate, onMaxRate: setMaxRate };
  return (
    <div className={classNames.live}>
      <TailBar {...bar} onToggle={toggle} onClear={() => feed.clear()}>
        <Counts tail={tail} kept={known.length} matching={isFiltered ? messages.length : null} />
      </TailBar>
      {!isOfPattern && <TailChart messages={messages} />}
      <div className={classNames.split} data-open={chosen !== null}>
        <TailList
          messages={messages}
          chosen={chosen}
          onChoose={choose}
          hasTopic={isOfPattern}
          empty={<Waiting tail={tail} isFiltered={isFiltered && known.length > 0} />}
        />
        {chosen !== null && <MessagePanel message={chosen} onClose={() => setChosen(null)} />}
      </div>
    </div>
  );
}
