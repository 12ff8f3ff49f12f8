import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { exact } from '../../format/number.js';
import { SearchField } from '../search-field.js';
import classNames from './table.module.css';

/** Search, filters, count of rows, and the choice of columns. */
export function TableBar(props: {
  readonly search: string;
  readonly onSearch: (search: string) => void;
  readonly placeholder?: string;
  readonly shown: number;
  readonly total: number;
  readonly filters?: React.ReactNode;
  readonly hasNoSearch?: boolean;
  readonly children: React.ReactNode;
}) {
  const { t } = useTranslation();
  const { shown, total } = props;
  const count =
    shown === total
      ? t('table.rows', { count: total, n: exact(total) })
      : t('table.rowsOf', { shown: exact(shown), total: exact(total) });
  return (
    <div className={classNames.bar}>
      {!props.hasNoSearch && (
        <SearchField
          value={props.search}
          onChange={props.onSearch}
          {...(props.placeholder === undefined ? {} : { placeholder: props.placeholder })}
        />
      )}
      {props.filters}
      <div className={classNames.barEnd}>
        <span className="muted" role="status">
          {count}
        </span>
        {props.children}
      </div>
    </div>
  );
}

/** Shown when no row matches the search. */
export function NothingFound({ text, onClear }: { readonly text: string; readonly onClear: () => void }) {
  const { t } = useTranslation();
  return (
    <div className={classNames.none}>
      <p>{text}</p>
      <Button variant="default" onClick={onClear}>
        {t('table.clearSearch')}
      </Button>
    </div>
  );
}
