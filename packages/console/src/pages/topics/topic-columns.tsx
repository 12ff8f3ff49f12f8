import type { ApiTopic } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { ChangeCell, PriceCell } from '../../parts/prices/price-cells.js';
import type { PriceRole } from '../../parts/prices/price-fields.js';
import { StatusShape } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { ageColumn, figureColumn } from '../../parts/table/figure-column.js';
import { ConditionMark, reasonWord } from '../../parts/topic-condition.js';
import type { TopicGlances } from './topic-glances.js';
import classNames from './topics.module.css';
import { TrendCell } from './trend-cell.js';

/** Stale with its reason, live, closed, or without data since the start of the broker. */
export const TopicStatus = ({ t, topic }: { readonly t: TFunction; readonly topic: ApiTopic }) => (
  <ConditionMark t={t} condition={topic} hasData={topic.live !== null} />
);

/** The prices of the newest message. Only those on the screen are known, so they cannot be sorted; the page of prices can do that. */
function priceColumns(t: TFunction, glances: TopicGlances, hasBook: boolean): readonly Column<ApiTopic>[] {
  const price = (role: PriceRole): Column<ApiTopic> => ({
    key: role,
    head: t(`prices.roles.${role}`),
    width: '82px',
    narrowWidth: '70px',
    isNumber: true,
    isNarrow: role === 'last',
    isExtra: role !== 'last' && !hasBook,
    cell: ({ id }) => <PriceCell row={glances.rowOf(id)} price={role} />,
  });
  return [
    price('last'),
    {
      key: 'change',
      head: t('prices.change'),
      unit: '%',
      width: '72px',
      narrowWidth: '58px',
      isNumber: true,
      isNarrow: true,
      cell: ({ id }) => <ChangeCell row={glances.rowOf(id)} t={t} />,
    },
    price('bid'),
    price('ask'),
  ];
}

/** The columns of figures, in the list and in the tree. `hasBook`: with the best bid and ask. */
export function figureColumns(t: TFunction, glances: TopicGlances, hasBook: boolean): readonly Column<ApiTopic>[] {
  return [
    ...priceColumns(t, glances, hasBook),
    {
      key: 'status',
      head: t('fields.status'),
      width: '164px',
      cell: (topic) => <TopicStatus t={t} topic={topic} />,
      sortBy: ({ live, is_stale }) => (is_stale ? 0 : live === null ? 2 : 1),
    },
    {
      key: 'spark',
      head: t('topics.trend'),
      unit: t('topics.trendSpan'),
      width: '98px',
      cell: ({ id, live }) => <TrendCell glances={glances} id={id} rate={live?.msg_rate ?? 0} />,
    },
    figureColumn(
      { key: 'rate', head: t('topics.rate'), unit: t('units.perSecond'), width: '84px' },
      ({ live }) => live?.msg_rate ?? null,
    ),
    figureColumn(
      { key: 'bytes', head: t('fields.throughput'), unit: 'B/s', width: '104px', isExtra: true },
      ({ live }) => live?.byte_rate ?? null,
    ),
    ageColumn(
      { key: 'age', head: t('fields.lastMessage'), width: '96px', narrowWidth: '80px', isNarrow: true },
      ({ live }) => live?.last_published_at ?? null,
    ),
    figureColumn(
      { key: 'sequence', head: t('topics.sequence'), width: '112px', isExtra: true },
      ({ live }) => live?.sequence ?? null,
    ),
    figureColumn(
      { key: 'subscribers', head: t('fields.subscribers'), width: '88px' },
      ({ live }) => live?.subscriber_count ?? null,
    ),
    figureColumn(
      { key: 'dropped', head: t('fields.dropped'), width: '78px' },
      ({ live }) => live?.dropped_total ?? null,
    ),
    figureColumn(
      { key: 'p99', head: t('topics.latencyP99'), unit: 'µs', width: '104px', isExtra: true },
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

/** On a phone, where the column of the status has no room: the shape of a topic that is stale, with the word for readers of the screen. */
export const NarrowStatus = ({ t, topic }: { readonly t: TFunction; readonly topic: ApiTopic }) =>
  topic.is_stale ? (
    <span className={classNames.narrowStatus} title={t('status.stale')}>
      <StatusShape status="stale" />
      <span className="unseen">{t('status.stale')}</span>
    </span>
  ) : null;

/** The full name of a topic, for the list. */
export function nameColumn(t: TFunction): Column<ApiTopic> {
  return {
    key: 'name',
    head: t('fields.topic'),
    width: 'minmax(150px, 1fr)',
    isNarrow: true,
    cell: (topic) => (
      <>
        <NarrowStatus t={t} topic={topic} />
        <Link to={`/topics/${topic.id}`} title={`${topic.namespace}:${topic.name}`}>
          <span className={`muted ${classNames.namespace}`}>{topic.namespace}:</span>
          {topic.name}
        </Link>
      </>
    ),
    sortBy: ({ namespace, name }) => `${namespace}:${name}`,
    text: ({ namespace, name }) => `${namespace}:${name}`,
  };
}
