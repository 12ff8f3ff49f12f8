import { Button, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classNames from './audit.module.css';
import { type AuditFilter, everything, opText, opTypes } from './audit-filter.js';

/** Filters for operator, operation, target, namespace, result and time. Names must match as a whole. */
export function AuditFilters(props: {
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
  /** The results in the rows loaded so far. */
  readonly results: readonly string[];
}) {
  const { t } = useTranslation();
  const { filter, onFilter, results } = props;
  const text = (key: 'operator' | 'target' | 'namespace', label: string) => (
    <TextInput
      {...(key === 'operator' && { 'data-page-search': true })}
      aria-label={label}
      placeholder={label}
      value={filter[key]}
      onChange={(event) => onFilter({ ...filter, [key]: event.currentTarget.value })}
      autoComplete="off"
    />
  );
  const choice = (
    key: 'opType' | 'result',
    label: string,
    data: readonly (string | { value: string; label: string })[],
  ) => (
    <Select
      aria-label={label}
      placeholder={label}
      value={filter[key] === '' ? null : filter[key]}
      onChange={(value) => onFilter({ ...filter, [key]: value ?? '' })}
      data={data}
      searchable
      clearable
    />
  );
  const time = (key: 'from' | 'to', label: string) => (
    <TextInput
      type="datetime-local"
      className={classNames.time ?? ''}
      aria-label={label}
      title={label}
      leftSection={
        <span className={classNames.end}>{t(key === 'from' ? 'audit.sinceShort' : 'audit.untilShort')}</span>
      }
      leftSectionWidth={44}
      value={filter[key]}
      onChange={(event) => onFilter({ ...filter, [key]: event.currentTarget.value })}
    />
  );
  return (
    <search className={classNames.filters}>
      {text('operator', t('audit.operator'))}
      {choice(
        'opType',
        t('audit.operation'),
        opTypes.map((value) => ({ value, label: opText(t, value) })),
      )}
      {text('target', t('audit.target'))}
      {text('namespace', t('fields.namespace'))}
      {choice('result', t('audit.result'), results)}
      {time('from', t('audit.since'))}
      {time('to', t('audit.until'))}
      {filter !== everything && (
        <Button variant="subtle" className={classNames.reset} onClick={() => onFilter(everything)}>
          {t('actions.reset')}
        </Button>
      )}
    </search>
  );
}
