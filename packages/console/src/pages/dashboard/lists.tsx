import type { SlowConnection, StaleTopic, SystemFigures, TopicRate } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Ago } from '../../parts/ago.js';
import { Figure } from '../../parts/figure.js';
import { Lag } from '../../parts/lag.js';
import { StatusMark } from '../../parts/status-mark.js';
import { reasonSentence, reasonWord } from '../../parts/topic-condition.js';
import classNames from './dashboard.module.css';
import { ShortTable } from './short-table.js';

/** The name of a topic; a link once the broker has stored the topic and given it an id. */
function TopicName({ topic }: { readonly topic: Pick<TopicRate, 'id' | 'namespace' | 'name'> }) {
  const name = (
    <>
      <span className="muted">{topic.namespace}:</span>
      {topic.name}
    </>
  );
  const title = `${topic.namespace}:${topic.name}`;
  if (topic.id === null) return <span title={title}>{name}</span>;
  return (
    <Link to={`/topics/${topic.id}`} title={title}>
      {name}
    </Link>
  );
}

const topicKey = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
  `${namespace}:${name}`;

function BusiestTopics({ rows }: { readonly rows: readonly TopicRate[] }) {
  const { t } = useTranslation();
  return (
    <ShortTable
      title={t('dashboard.topTopics')}
      allPath="/topics?sort=rate"
      rows={rows}
      keyOf={topicKey}
      emptyText={t('dashboard.noTopics')}
      columns={[
        { head: t('fields.topic'), cell: (row) => <TopicName topic={row} /> },
        {
          head: t('topics.rate'),
          unit: t('units.perSecond'),
          isNumber: true,
          cell: (row) => <Figure value={row.msg_rate} />,
        },
        { head: t('fields.throughput'), unit: 'B/s', isNumber: true, cell: (row) => <Figure value={row.byte_rate} /> },
      ]}
    />
  );
}

function SlowestClients({ rows }: { readonly rows: readonly SlowConnection[] }) {
  const { t } = useTranslation();
  return (
    <ShortTable
      title={t('dashboard.slowest')}
      allPath="/slow"
      rows={rows}
      keyOf={(row) => row.connection_id}
      emptyText={t('slow.none')}
      columns={[
        {
          head: t('fields.client'),
          cell: (row) => (
            <span className={classNames.client}>
              <Link to={`/connections/${row.connection_id}`}>{row.username ?? row.address}</Link>
              {row.is_slow && <StatusMark status="warning">{t('status.slow')}</StatusMark>}
            </span>
          ),
        },
        { head: t('fields.lag'), unit: 's', isNumber: true, cell: (row) => <Lag ms={row.lag_ms} /> },
        {
          head: t('fields.backlog'),
          unit: 'B',
          isNumber: true,
          cell: (row) => <Figure value={row.queued_bytes} unit="B" />,
        },
        { head: t('fields.dropped'), isNumber: true, cell: (row) => <Figure value={row.dropped_total} /> },
      ]}
    />
  );
}

function StaleSources({ rows }: { readonly rows: readonly StaleTopic[] }) {
  const { t } = useTranslation();
  return (
    <ShortTable
      title={t('dashboard.stale')}
      allPath="/topics?show=stale"
      rows={rows}
      keyOf={topicKey}
      emptyText={t('dashboard.noStale')}
      columns={[
        { head: t('fields.topic'), cell: (row) => <TopicName topic={row} /> },
        {
          head: t('stale.reason'),
          cell: (row) => <span title={reasonSentence(t, row.reason)}>{reasonWord(t, row.reason)}</span>,
        },
        { head: t('stale.staleFor'), isNumber: true, cell: (row) => <Ago at={row.stale_since} /> },
      ]}
    />
  );
}

/** The busiest topics, the clients with the highest lag, and the stale topics. */
export function Lists({ now }: { readonly now: SystemFigures }) {
  return (
    <div className={classNames.lists}>
      <BusiestTopics rows={now.top_topics} />
      <SlowestClients rows={now.slowest} />
      <StaleSources rows={now.stale} />
    </div>
  );
}
