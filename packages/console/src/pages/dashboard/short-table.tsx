import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Empty } from '../../parts/empty.js';
import { Panel } from '../../parts/panel.js';
import classNames from './dashboard.module.css';

export interface ShortColumn<Row> {
  readonly head: string;
  /** The unit of the figures, shown in the head. */
  readonly unit?: string;
  readonly isNumber?: boolean;
  readonly cell: (row: Row) => React.ReactNode;
}

/** At most ten rows, with a link to all of them. */
export function ShortTable<Row>(props: {
  readonly title: string;
  readonly allPath: string;
  readonly columns: readonly ShortColumn<Row>[];
  readonly rows: readonly Row[];
  readonly keyOf: (row: Row) => string;
  readonly emptyText: string;
}) {
  const { t } = useTranslation();
  const { title, allPath, columns, rows, keyOf, emptyText } = props;
  return (
    <Panel title={title} actions={<Link to={allPath}>{t('actions.showAll')}</Link>}>
      {rows.length === 0 ? (
        <Empty text={emptyText} />
      ) : (
        <table className={classNames.table}>
          <thead>
            <tr>
              {columns.map(({ head, unit, isNumber }) => (
                <th key={head} scope="col" className={isNumber ? 'num' : undefined}>
                  {unit === undefined ? head : `${head} ${unit}`}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={keyOf(row)}>
                {columns.map(({ head, isNumber, cell }) => (
                  <td key={head} className={isNumber ? 'num' : undefined}>
                    {cell(row)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Panel>
  );
}
