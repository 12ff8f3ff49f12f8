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

function useTapFeed(namespace: string, topic: string, maxRate: number): TapFeed {
  const feed = useMemo(() => new TapFeed(namespace, topic), [namespace, topic]);
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
  running: ['ok', 'status.live'],
  stopped: ['warning', 'status.paused'],
  retrying: ['bad', 'status.lost'],
  refused: ['bad', 'status.refused'],
} as const satisfies Record<Tail['state'], readonly [Status, string]>;

function Counts({ tail, matching }: { readonly tail: Tail; readonly matching: number | null }) {
  const { t } = useTranslation();
  const [status, word] = stateMarks[tail.state];
  return (
    <div className={classNames.counts} role="status">
      <StatusMark status={status}>{t(word)}</StatusMark>
      <span title={t('topic.samplingHint')}>
        {t('topic.shownOf', { shown: exact(tail.shownTotal), seen: exact(tail.seenTotal) })}
      </span>
      {matching !== null && (
        <span className="muted">{t('topic.matching', { n: exact(matching), kept: exact(tail.messages.length) })}</span>
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
  return <Empty text={isFiltered && tail.messages.length > 0 ? t('topic.noneMatch') : t('topic.waiting')} />;
}

/** The messages of a topic as they arrive: as many as the chosen rate allows, and the count of all. */
export function LiveTail({ namespace, topic }: { readonly namespace: string; readonly topic: string }) {
  const { t } = useTranslation();
  const [maxRate, setMaxRate] = useState<string>('50');
  const feed = useTapFeed(namespace, topic, Number(maxRate));
  const tail = useStore(feed.tail);
  const [filter, setFilter] = useState('');
  const [chosen, setChosen] = useState<ShownMessage | null>(null);
  const conditions = useMemo(() => parseFilter(filter), [filter]);
  const messages = useMemo(
    () => (conditions.length === 0 ? tail.messages : tail.messages.filter((message) => meets(message, conditions))),
    [tail.messages, conditions],
  );
  const isStopped = tail.state === 'stopped' || tail.state === 'refused';
  const toggle = (): void => (isStopped ? feed.start(Number(maxRate)) : feed.stop());
  useStopKey(toggle);

  return (
    <div className={classNames.live}>
      <div className={classNames.bar}>
        <Button
          variant="default"
          leftSection={<Icon name={isStopped ? 'play' : 'pause'} size={14} />}
          onClick={toggle}
          className={classNames.toggle}
        >
          {isStopped ? t('actions.resume') : t('actions.pause')}
        </Button>
        <TextInput
          data-page-search
          className={classNames.filter}
          value={filter}
          onChange={(event) => setFilter(event.currentTarget.value)}
          placeholder={t('topic.filter')}
          aria-label={t('topic.filter')}
        />
        <Select
          aria-label={t('topic.maxRate')}
          className={classNames.rate}
          value={maxRate}
          allowDeselect={false}
          onChange={(value) => setMaxRate(value ?? '50')}
          data={rates.map((value) => ({ value, label: t('topic.perSecond', { n: value }) }))}
        />
        <Button variant="subtle" onClick={() => feed.clear()}>
          {t('topic.clear')}
        </Button>
        <Counts tail={tail} matching={conditions.length === 0 ? null : messages.length} />
      </div>
      <TailChart messages={messages} />
      <div className={classNames.split} data-open={chosen !== null}>
        <TailList
          messages={messages}
          chosen={chosen}
          onChoose={(message) =>
            setChosen((was) => (was !== null && messageKey(was) === messageKey(message) ? null : message))
          }
          empty={<Waiting tail={tail} isFiltered={conditions.length > 0} />}
        />
        {chosen !== null && <MessagePanel message={chosen} onClose={() => setChosen(null)} />}
      </div>
    </div>
  );
}
