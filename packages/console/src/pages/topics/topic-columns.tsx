import type { ApiTopic } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { Sparkline } from '../../parts/sparkline.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';

/** Stale, fresh, or without data since the start of the broker. */
export function TopicStatus({ t, topic }: { readonly t: TFunction; readonly topic: ApiTopic }) {
  const { live } = topic;
  if (live === null) return <StatusMark status="off">{t('status.idle')}</StatusMark>;
  if (live.is_stale) return <StatusMark status="stale">{t('status.stale')}</StatusMark>;
  return <StatusMark status="ok">{t('status.fresh')}</StatusMark>;
}

/** The columns of figures, in the list and in the tree. */
export function figureColumns(t: TFunction, ratesOf: (id: number) => readonly number[]): readonly Column<ApiTopic>[] {
  return [
    {
      key: 'status',
      head: t('fields.status'),
      width: '112px',
      isNarrow: true,
      cell: (topic) => <TopicStatus t={t} topic={topic} />,
      sortBy: ({ live }) => (live === null ? 2 : live.is_stale ? 0 : 1),
    },
    {
      key: 'spark',
      head: t('topics.trend'),
      width: '104px',
      cell: (topic) => <Sparkline values={ratesOf(topic.id)} />,
    },
    figureColumn(
      { key: 'rate', head: t('topics.rate'), unit: t('units.perSecond'), width: '104px', isNarrow: true },
      ({ live }) => live?.msg_rate ?? null,
    ),
    figureColumn(
      { key: 'bytes', head: t('fields.throughput'), unit: 'B/s', width: '104px' },
      ({ live }) => live?.byte_rate ?? null,
    ),
    ageColumn(
      { key: 'age', head: t('fields.lastMessage'), width: '112px' },
      ({ live }) => live?.last_published_at ?? null,
    ),
    figureColumn({ key: 'sequence', head: t('topics.sequence'), width: '112px' }, ({ live }) => live?.sequence ?? null),
    figureColumn(
      { key: 'subscribers', head: t('fields.subscribers'), width: '92px' },
      ({ live }) => live?.subscriber_count ?? null,
    ),
    figureColumn(
      { key: 'dropped', head: t('fields.dropped'), width: '92px' },
      ({ live }) => live?.dropped_total ?? null,
    ),
    figureColumn(
      { key: 'p99', head: t('topics.latencyP99'), unit: 'µs', width: '104px' },
      ({ live }) => live?.latency.broker_to_socket_us?.p99 ?? null,
    ),
    {
      key: 'publisher',
      head: t('fields.publisher'),
      width: '130px',
      isExtra: true,
      cell: ({ live }) => live?.last_publisher ?? '–',
      sortBy: ({ live }) => live?.last_publisher ?? null,
      text: ({ live }) => live?.last_publisher ?? '',
    },
  ];
}

/** The full name of a topic, for the list. */
export function nameColumn(t: TFunction): Column<ApiTopic> {
  return {
    key: 'name',
    head: t('fields.topic'),
    width: 'minmax(150px, 1fr)',
    isNarrow: true,
    cell: (topic) => (
      <Link to={`/topics/${topic.id}`} title={`${topic.namespace}:${topic.name}`}>
        <span className="muted">{topic.namespace}:</span>
        {topic.name}
      </Link>
    ),
    sortBy: ({ namespace, name }) => `${namespace}:${name}`,
    text: ({ namespace, name }) => `${namespace}:${name}`,
  };
}
