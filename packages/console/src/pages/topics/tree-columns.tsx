import type { ApiTopic } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { Link } from 'react-router';
import { exact } from '../../format/number.js';
import { Ago } from '../../parts/ago.js';
import { Figure } from '../../parts/figure.js';
import { Icon } from '../../parts/icon.js';
import { StatusMark } from '../../parts/status-mark.js';
import type { Column } from '../../parts/table/column.js';
import type { GroupRow, TreeRow } from './topic-tree.js';
import classNames from './topics.module.css';

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

/** The cell of a group. A column without a sensible sum stays empty. */
function groupCell(t: TFunction, key: string, row: GroupRow): React.ReactNode {
  switch (key) {
    case 'status':
      if (row.staleCount === 0) return null;
      return <StatusMark status="stale">{t('topics.staleCount', { n: exact(row.staleCount) })}</StatusMark>;
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
          <Link className={classNames.leaf ?? ''} to={`/topics/${row.topic.id}`}>
            {row.label}
          </Link>
        )}
      </span>
    ),
  };
  const figures = columns.map(
    (column): Column<TreeRow> => ({
      key: column.key,
      head: column.head,
      width: column.width,
      unit: column.unit,
      isNumber: column.isNumber === true,
      isNarrow: column.isNarrow === true,
      isExtra: column.isExtra === true,
      cell: (row) => (row.kind === 'topic' ? column.cell(row.topic) : groupCell(t, column.key, row)),
    }),
  );
  return [name, ...figures];
}
