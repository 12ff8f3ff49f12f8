import { Checkbox } from '@mantine/core';
import type { ApiSetting } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Loading } from '../../parts/loading.js';
import { Problem } from '../../parts/problem.js';
import type { Column } from '../../parts/table/column.js';
import { DataTable } from '../../parts/table/data-table.js';
import classNames from './settings.module.css';

/** The value as people write it, with its unit. */
function valueText(t: TFunction, { value, unit }: ApiSetting): string {
  if (value === null) return t('settings.unset');
  if (typeof value === 'boolean') return t(value ? 'status.yes' : 'status.no');
  if (typeof value !== 'number') return value;
  // A port is a name, not an amount.
  return unit === '' ? String(value) : `${exact(value)} ${unit}`;
}

function columnsOf(t: TFunction): readonly Column<ApiSetting>[] {
  return [
    {
      key: 'key',
      head: t('settings.key'),
      width: 'minmax(220px, 1.1fr)',
      isNarrow: true,
      cell: ({ key }) => <code title={key}>{key}</code>,
      sortBy: ({ key }) => key,
      text: ({ key }) => key,
    },
    {
      key: 'value',
      head: t('settings.value'),
      width: 'minmax(150px, 1fr)',
      isNarrow: true,
      cell: (setting) => <span title={String(setting.value)}>{valueText(t, setting)}</span>,
      text: (setting) => valueText(t, setting),
    },
    {
      key: 'source',
      head: t('settings.source'),
      width: '116px',
      isNarrow: true,
      cell: ({ source }) => (
        <span className={source === 'default' ? 'muted' : classNames.set}>{t(`settings.sources.${source}`)}</span>
      ),
      sortBy: ({ source }) => source,
      text: ({ source }) => t(`settings.sources.${source}`),
    },
    {
      key: 'range',
      head: t('settings.range'),
      width: 'minmax(150px, 1fr)',
      cell: ({ range }) => (
        <span className="muted" title={range}>
          {range}
        </span>
      ),
      text: ({ range }) => range,
    },
    {
      key: 'description',
      head: t('settings.description'),
      width: 'minmax(240px, 2.2fr)',
      cell: ({ description }) => (
        <span title={description} lang="en">
          {description}
        </span>
      ),
      text: ({ description }) => description,
    },
  ];
}

/** Every setting with the value in force and where it came from. */
export function Configuration() {
  const { t } = useTranslation();
  const [isSetOnly, setSetOnly] = useState(false);
  const query = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => ask<readonly ApiSetting[]>('/api/settings', { signal }),
    staleTime: 60_000,
  });
  const columns = useMemo(() => columnsOf(t), [t]);
  const rows = useMemo(
    () => query.data?.filter(({ source }) => !isSetOnly || source !== 'default'),
    [query.data, isSetOnly],
  );
  return (
    <section className={classNames.configuration}>
      <h2>{t('settings.configuration')}</h2>
      {rows === undefined && query.error === null && <Loading />}
      {rows === undefined && query.error !== null && (
        <Problem failure={query.error} onRetry={() => void query.refetch()} />
      )}
      {rows !== undefined && (
        <div className={classNames.table}>
          <DataTable
            id="settings"
            label={t('settings.configuration')}
            rows={rows}
            keyOf={({ key }) => key}
            columns={columns}
            placeholder={t('settings.search')}
            filters={
              <Checkbox
                label={t('settings.changedOnly')}
                checked={isSetOnly}
                onChange={(event) => setSetOnly(event.currentTarget.checked)}
              />
            }
            empty={<Empty text={t('settings.none')} />}
          />
        </div>
      )}
    </section>
  );
}
