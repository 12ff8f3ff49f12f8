import { Checkbox } from '@mantine/core';
import type { ApiSetting } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import type { TFunction } from 'i18next';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { ask } from '../../api/request.js';
import { Empty } from '../../parts/empty.js';
import type { Column } from '../../parts/table/column.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { doesText, rangeText, valueText } from './setting-text.js';
import classNames from './settings.module.css';

function columnsOf(t: TFunction, language: string): readonly Column<ApiSetting>[] {
  return [
    {
      key: 'key',
      head: t('settings.key'),
      width: 'minmax(262px, 0.9fr)',
      isNarrow: true,
      cell: ({ key }) => <code title={key}>{key}</code>,
      sortBy: ({ key }) => key,
      text: ({ key }) => key,
    },
    {
      key: 'value',
      head: t('fields.value'),
      width: 'minmax(138px, 0.5fr)',
      narrowWidth: '132px',
      isNarrow: true,
      cell: (setting) => <span title={String(setting.value)}>{valueText(t, setting)}</span>,
      text: (setting) => valueText(t, setting),
    },
    {
      key: 'source',
      head: t('settings.source'),
      width: '100px',
      cell: ({ source }) => (
        <span className={source === 'default' ? 'muted' : classNames.set}>{t(`settings.sources.${source}`)}</span>
      ),
      sortBy: ({ source }) => source,
      text: ({ source }) => t(`settings.sources.${source}`),
    },
    {
      key: 'range',
      head: t('settings.range'),
      width: 'minmax(204px, 0.6fr)',
      cell: (setting) => (
        <span className="muted" title={rangeText(t, setting)}>
          {rangeText(t, setting)}
        </span>
      ),
      text: (setting) => rangeText(t, setting),
    },
    {
      key: 'description',
      head: t('fields.description'),
      width: 'minmax(240px, 2.6fr)',
      cell: (setting) => <span title={doesText(language, setting)}>{doesText(language, setting)}</span>,
      text: (setting) => doesText(language, setting),
    },
  ];
}

/** Every setting with its current value and the source of the value. */
export function Configuration() {
  const { t, i18n } = useTranslation();
  const [isSetOnly, setSetOnly] = useState(false);
  const query = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => ask<readonly ApiSetting[]>('/api/settings', { signal }),
    staleTime: 60_000,
  });
  const columns = useMemo(() => columnsOf(t, i18n.language), [t, i18n.language]);
  const rows = useMemo(
    () => query.data?.filter(({ source }) => !isSetOnly || source !== 'default'),
    [query.data, isSetOnly],
  );
  return (
    <section className={classNames.configuration}>
      <h2>{t('settings.configuration')}</h2>
      {rows === undefined ? (
        <Unloaded query={query} />
      ) : (
        <div className={classNames.table}>
          <DataTable
            id="settings"
            label={t('settings.configuration')}
            rows={rows}
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
