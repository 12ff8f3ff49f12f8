import type { ApiTopic } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { exact } from '../../format/number.js';
import { Ago } from '../../parts/ago.js';
import { Figure } from '../../parts/figure.js';
import { Icon } from '../../parts/icon.js';
import { ChangeCell, PriceCell } from '../../parts/prices/price-cells.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import { GroupPrice, pricedMaxTopics } from './group-price.js';
import { NarrowStatus } from './topic-columns.js';
import type { TopicGlances } from './topic-glances.js';
import type { GroupRow, TreeRow } from './topic-tree.js';
import classNames from './topics.module.css';
import { TrendSum } from './trend-cell.js';

function GroupName(props: {
  readonly t: TFunction;
  readonly row: GroupRow;
  readonly onToggle: (row: GroupRow) => void;
}) {
  const { t, row, onToggle } = props;
  return (
    <button type="button" className={classNames.group} aria-expanded={row.isOpen} onClick={() => onToggle(row)}>
      <span className={classNames.twist} data-open={row.isOpen}>
        <Icon name="chevron" size={12} />
      </span>
      <span className="clip">{row.label}</span>
      <span className={classNames.count}>{t('topics.count', { count: row.topicCount, n: exact(row.topicCount) })}</span>
    </button>
  );
}

/** The largest group whose trend is summed: the past of each of its topics is asked for. */
export const trendMaxTopics = 50;

/** The price of an instrument. A namespace, and a group of many instruments, has none. */
function priceCell(t: TFunction, key: 'last' | 'change' | 'bid' | 'ask', row: GroupRow, glances: TopicGlances) {
  if (row.depth === 0 || row.topicCount > pricedMaxTopics) return null;
  return (
    <GroupPrice
      glances={glances}
      ids={row.ids}
      cell={(board) => (key === 'change' ? <ChangeCell row={board} t={t} /> : <PriceCell row={board} price={key} />)}
    />
  );
}

/** What a group shows of its topics: sums, the newest time, the highest latency, and the price of an instrument. */
function groupCell(t: TFunction, key: string, row: GroupRow, glances: TopicGlances): React.ReactNode {
  switch (key) {
    case 'status':
      if (row.staleCount === 0) return row.msgRate > 0 ? <StatusMark status="ok">{t('status.live')}</StatusMark> : null;
      return <StatusMark status="stale">{t('topics.staleCount', { n: exact(row.staleCount) })}</StatusMark>;
    case 'last':
    case 'change':
    case 'bid':
    case 'ask':
      return priceCell(t, key, row, glances);
    case 'spark':
      return row.topicCount > trendMaxTopics ? null : <TrendSum glances={glances} ids={row.ids} rate={row.msgRate} />;
    case 'subscribers':
      return (
        <span title={t('topics.sumOfSubscribers')}>
          <Figure value={row.subscriberCount} />
        </span>
      );
    case 'p99':
      return (
        <span title={t('topics.highestLatency')}>
          <Figure value={row.highestP99Us} unit="µs" />
        </span>
      );
    case 'rate':
      return <Figure value={row.msgRate} />;
    case 'bytes':
      return <Figure value={row.byteRate} />;
    case 'age':
      return <Ago at={row.lastPublishedAt} />;
    case 'dropped':
      return <Figure value={row.droppedTotal} />;
    default:
      return null;
  }
}

/** The columns of the tree, made from those of its topics. */
export function treeColumns(
  t: TFunction,
  columns: readonly Column<ApiTopic>[],
  glances: TopicGlances,
  onToggle: (row: GroupRow) => void,
): readonly Column<TreeRow>[] {
  const name: Column<TreeRow> = {
    key: 'name',
    head: t('fields.topic'),
    width: 'minmax(150px, 1fr)',
    isNarrow: true,
    cell: (row) => (
      <span className={classNames.name} style={{ paddingLeft: row.depth * 18 }}>
        {row.kind === 'group' ? (
          <GroupName t={t} row={row} onToggle={onToggle} />
        ) : (
          <>
            <NarrowStatus t={t} topic={row.topic} />
            <Link className={classNames.leaf ?? ''} to={`/topics/${row.topic.id}`}>
              {row.label}
            </Link>
          </>
        )}
      </span>
    ),
  };
  const figures = columns.map(
    (column): Column<TreeRow> => ({
      key: column.key,
      head: column.head,
      width: column.width,
      narrowWidth: column.narrowWidth,
      unit: column.unit,
      isNumber: column.isNumber === true,
      isNarrow: column.isNarrow === true,
      isExtra: column.isExtra === true,
      cell: (row) => (row.kind === 'topic' ? column.cell(row.topic) : groupCell(t, column.key, row, glances)),
    }),
  );
  return [name, ...figures];
}
