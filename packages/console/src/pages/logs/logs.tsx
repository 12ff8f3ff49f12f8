import { Button, SegmentedControl } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { type LogLevel, logLevels } from '@pulsemq/protocol';
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Icon } from '../../parts/icon.js';
import { Page } from '../../parts/page.js';
import { FailureAlert, FailureText } from '../../parts/problem.js';
import { SearchField } from '../../parts/search-field.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import { useStore } from '../../state/use-store.js';
import { LogFeed, type LogList } from './log-feed.js';
import { LogLines } from './log-list.js';
import classNames from './logs.module.css';

/** A search is sent to the broker when the typing has stopped for this long. */
const settleMs = 300;

const stateMarks = {
  connecting: ['off', 'status.connecting'],
  running: ['ok', 'status.live'],
  stopped: ['warning', 'status.paused'],
  retrying: ['bad', 'status.lost'],
  refused: ['bad', 'status.refused'],
} as const satisfies Record<LogList['state'], readonly [Status, string]>;

/** The log by a filter, for as long as the page shows it. */
function useLogFeed(level: LogLevel, text: string): LogFeed {
  const feed = useMemo(() => new LogFeed({ level, text }), [level, text]);
  useEffect(() => {
    feed.start();
    return () => feed.stop();
  }, [feed]);
  return feed;
}

/** What stands below the lines: that there are none, or the button for older ones. */
function End({ feed, list }: { readonly feed: LogFeed; readonly list: LogList }) {
  const { t } = useTranslation();
  const [failure, setFailure] = useState<unknown>();
  if (list.lines.length === 0) {
    if (list.failure !== null) return <FailureText failure={list.failure} />;
    return <Empty text={t(list.isWhole ? 'logs.none' : 'table.loading')} />;
  }
  return (
    <div className={classNames.end}>
      <FailureAlert failure={failure} />
      {list.isWhole ? (
        <span className="muted">{t('logs.isWhole')}</span>
      ) : (
        <Button variant="subtle" onClick={() => void feed.readOlder().catch(setFailure)}>
          {t('logs.older')}
        </Button>
      )}
    </div>
  );
}

/** The newest lines of the broker's log, as they are written. */
export function Logs() {
  const { t } = useTranslation();
  const [level, setLevel] = useState<LogLevel>('info');
  const [search, setSearch] = useState('');
  const [wanted] = useDebouncedValue(search.trim(), settleMs);
  const feed = useLogFeed(level, wanted);
  const list = useStore(feed.list);
  const isStopped = list.state === 'stopped' || list.state === 'refused';
  const [status, word] = stateMarks[list.state];
  return (
    <Page
      title={t('nav.logs')}
      isFilled
      aside={
        <span className={classNames.aside} role="status">
          <StatusMark status={status}>{t(word)}</StatusMark>
          <span className="muted">{t('logs.lines', { count: list.lines.length, n: exact(list.lines.length) })}</span>
        </span>
      }
    >
      <div className={classNames.bar}>
        <SearchField value={search} onChange={setSearch} placeholder={t('logs.search')} />
        <SegmentedControl
          aria-label={t('logs.level')}
          value={level}
          onChange={setLevel}
          data={logLevels.map((value) => ({ value, label: t(`logs.levels.${value}`) }))}
        />
        <Button
          variant="default"
          leftSection={<Icon name={isStopped ? 'play' : 'pause'} size={14} />}
          onClick={() => (isStopped ? feed.start() : feed.stop())}
        >
          {isStopped ? t('actions.resume') : t('actions.pause')}
        </Button>
      </div>
      <LogLines lines={list.lines}>
        <End feed={feed} list={list} />
      </LogLines>
    </Page>
  );
}
