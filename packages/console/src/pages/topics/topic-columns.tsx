import type { ApiTopic } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { Sparkline } from '../../parts/sparkline.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';
import { ConditionMark, reasonWord } from '../../parts/topic-condition.js';

/** Stale with its reason, live, closed, or without data since the start of the broker. */
export const TopicStatus = ({ t, topic }: { readonly t: TFunction; readonly topic: ApiTopic }) => (
  <ConditionMark t={t} condition={topic} hasData={topic.live !== null} />
);

/** The columns of figures, in the list and in the tree. */
export function figureColumns(t: TFunction, ratesOf: (id: number) => readonly number[]): readonly Column<ApiTopic>[] {
  return [
    {
      key: 'status',
      head: t('fields.status'),
      width: '156px',
      isNarrow: true,
      cell: (topic) => <TopicStatus t={t} topic={topic} />,
      sortBy: ({ live, is_stale }) => (is_stale ? 0 : live === null ? 2 : 1),
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
    figureColumn(
      { key: 'sequence', head: t('topics.sequence'), width: '112px', isExtra: true },
      ({ live }) => live?.sequence ?? null,
    ),
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

/** The columns of the stale topics: why, since when, and who published last. */
export function staleColumns(t: TFunction): readonly Column<ApiTopic>[] {
  return [
    {
      key: 'reason',
      head: t('stale.reason'),
      width: '150px',
      isNarrow: true,
      cell: ({ reason }) => reasonWord(t, reason),
      sortBy: ({ reason }) => reasonWord(t, reason),
    },
    ageColumn(
      { key: 'since', head: t('stale.staleFor'), width: '120px', isNarrow: true },
      (topic) => topic.stale_since,
    ),
    ageColumn(
      { key: 'age', head: t('fields.lastMessage'), width: '120px' },
      ({ live }) => live?.last_published_at ?? null,
    ),
    {
      key: 'publisher',
      head: t('fields.publisher'),
      width: '150px',
      cell: ({ live }) => live?.last_publisher ?? '–',
      sortBy: ({ live }) => live?.last_publisher ?? null,
    },
    figureColumn(
      { key: 'subscribers', head: t('fields.subscribers'), width: '100px' },
      ({ live }) => live?.subscriber_count ?? null,
    ),
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
