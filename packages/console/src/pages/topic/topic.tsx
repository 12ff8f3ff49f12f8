import { Tabs } from '@mantine/core';
import { type ApiTopic, mayUseMq, type TopicValues } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams, useSearchParams } from 'react-router';
import { meQuery, topicQuery, topicValuesQuery } from '../../api/lists.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Page } from '../../parts/page.js';
import { Unloaded } from '../../parts/unloaded.js';
import { TopicStatus } from '../topics/topic-columns.js';
import { CandlesTab } from './candles/candles-tab.js';
import { HistoryTab } from './history-tab.js';
import { LastValueTab } from './last-value-tab.js';
import { PastTab } from './past-tab.js';
import { ReplayTab } from './replay/replay-tab.js';
import { StaleNote } from './stale-note.js';
import { SubscribersTab } from './subscribers-tab.js';
import classNames from './topic.module.css';
import { TopicMenu } from './topic-menu.js';
import { TopicSummary } from './topic-summary.js';
import { TopicTail } from './topic-tail.js';

const tabs = ['live', 'last', 'past', 'candles', 'replay', 'history', 'subscribers'] as const;
type Tab = (typeof tabs)[number];

function TabBody({ tab, topic }: { readonly tab: Tab; readonly topic: ApiTopic }) {
  switch (tab) {
    case 'live':
      return <TopicTail topic={topic} />;
    case 'last':
      return <LastValueTab topic={topic} />;
    case 'past':
      return <PastTab topic={topic} />;
    case 'candles':
      return <CandlesTab topic={topic} />;
    case 'replay':
      return <ReplayTab topic={topic} />;
    case 'history':
      return <HistoryTab topic={topic} />;
    case 'subscribers':
      return <SubscribersTab topic={topic} />;
    default:
      return tab satisfies never;
  }
}

/** The prices of a topic when the page is opened; undefined while they are asked for. Where they cannot be read there are none. */
function useFirstPrices(id: number): readonly TopicValues[] | undefined {
  const { data: me, isPending } = useQuery(meQuery);
  const mayRead = me !== undefined && mayUseMq(me.user_type);
  const { data, isFetchedAfterMount } = useQuery({ ...topicValuesQuery(id), enabled: mayRead });
  if (isPending || (mayRead && !isFetchedAfterMount)) return undefined;
  return data ?? [];
}

function Loaded({ topic, prices }: { readonly topic: ApiTopic; readonly prices: readonly TopicValues[] }) {
  const { t } = useTranslation();
  const [query, setQuery] = useSearchParams();
  const wanted = query.get('tab') as Tab | null;
  const tab = wanted !== null && tabs.includes(wanted) ? wanted : 'live';
  return (
    <>
      {topic.is_stale && <StaleNote topic={topic} />}
      <TopicSummary topic={topic} prices={prices} />
      <Tabs
        className={classNames.tabs}
        value={tab}
        onChange={(value) => setQuery(value === 'live' ? {} : { tab: value ?? 'live' }, { replace: true })}
      >
        <Tabs.List>
          {tabs.map((name) => (
            <Tabs.Tab key={name} value={name}>
              {t(`topic.tabs.${name}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value={tab} className={classNames.panel}>
          <TabBody tab={tab} topic={topic} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** One topic: its figures, live tail, last value, past messages, candles, replay, history and subscribers. */
export function TopicPage() {
  const { t } = useTranslation();
  const id = Number(useParams().id);
  const query = useQuery(topicQuery(id));
  const topic = query.data;
  const prices = useFirstPrices(id);
  const name = topic === undefined ? t('fields.topic') : `${topic.namespace}:${topic.name}`;
  return (
    <Page
      title={name}
      isFilled
      aside={
        <span className={classNames.aside}>
          {topic !== undefined && <CopyButton text={name} />}
          {topic !== undefined && <TopicStatus t={t} topic={topic} />}
          <Link to="/topics">{t('topic.all')}</Link>
        </span>
      }
      actions={topic === undefined ? undefined : <TopicMenu topic={topic} />}
    >
      {topic === undefined || prices === undefined ? (
        <Unloaded query={query} />
      ) : (
        <Loaded key={topic.id} topic={topic} prices={prices} />
      )}
    </Page>
  );
}
