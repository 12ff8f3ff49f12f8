import { Button, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import classNames from './audit.module.css';
import { type AuditFilter, everything, opText, opTypes } from './audit-filter.js';

interface FieldProps<Key extends keyof AuditFilter> {
  readonly name: Key;
  readonly label: string;
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
}

function NameField({ name, label, filter, onFilter }: FieldProps<'operator' | 'target' | 'namespace'>) {
  return (
    <TextInput
      {...(name === 'operator' && { 'data-page-search': true })}
      aria-label={label}
      placeholder={label}
      value={filter[name]}
      onChange={(event) => onFilter({ ...filter, [name]: event.currentTarget.value })}
      autoComplete="off"
    />
  );
}

function ChoiceField(
  props: FieldProps<'opType' | 'result'> & {
    readonly data: readonly (string | { readonly value: string; readonly label: string })[];
  },
) {
  const { name, label, filter, onFilter, data } = props;
  return (
    <Select
      aria-label={label}
      placeholder={label}
      value={filter[name] === '' ? null : filter[name]}
      onChange={(value) => onFilter({ ...filter, [name]: value ?? '' })}
      data={data}
      searchable
      clearable
    />
  );
}

function TimeField({ name, label, filter, onFilter }: FieldProps<'from' | 'to'>) {
  const { t } = useTranslation();
  return (
    <TextInput
      type="datetime-local"
      className={classNames.time ?? ''}
      aria-label={label}
      title={label}
      leftSection={
        <span className={classNames.end}>{t(name === 'from' ? 'audit.sinceShort' : 'audit.untilShort')}</span>
      }
      leftSectionWidth={44}
      value={filter[name]}
      onChange={(event) => onFilter({ ...filter, [name]: event.currentTarget.value })}
    />
  );
}

/** Filters for operator, operation, target, namespace, result and time. Names must match as a whole. */
export function AuditFilters(props: {
  readonly filter: AuditFilter;
  readonly onFilter: (filter: AuditFilter) => void;
  /** The results in the rows loaded so far. */
  readonly results: readonly string[];
}) {
  const { t } = useTranslation();
  const { filter, onFilter, results } = props;
  const field = { filter, onFilter };
  const operations = opTypes.map((value) => ({ value, label: opText(t, value) }));
  return (
    <search className={classNames.filters}>
      <NameField {...field} name="operator" label={t('audit.operator')} />
      <ChoiceField {...field} name="opType" label={t('audit.operation')} data={operations} />
      <NameField {...field} name="target" label={t('audit.target')} />
      <NameField {...field} name="namespace" label={t('fields.namespace')} />
      <ChoiceField {...field} name="result" label={t('audit.result')} data={results} />
      <TimeField {...field} name="from" label={t('audit.since')} />
      <TimeField {...field} name="to" label={t('audit.until')} />
      {filter !== everything && (
        <Button variant="subtle" className={classNames.reset} onClick={() => onFilter(everything)}>
          {t('actions.reset')}
        </Button>
      )}
    </search>
  );
}
