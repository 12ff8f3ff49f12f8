import { Button } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import type { AuditRow } from '@pulsemq/protocol';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { askPage } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { Problem } from '../../parts/problem.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import classNames from './audit.module.css';
import { auditColumns } from './audit-columns.js';
import { type AuditFilter, everything, queryOf } from './audit-filter.js';
import { AuditFilters } from './audit-filters.js';
import { AuditRowDrawer } from './audit-row.js';
import { ExportAudit } from './export-audit.js';

const pageSize = 200;
const settleMs = 250;

function useAuditRows(filter: AuditFilter) {
  const [settled] = useDebouncedValue(filter, settleMs);
  return useInfiniteQuery({
    queryKey: ['audit', settled],
    queryFn: ({ pageParam: offset, signal }) =>
      askPage<AuditRow>('/api/audit-logs', { query: { ...queryOf(settled), limit: pageSize, offset }, signal }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => {
      const loaded = pages.length * pageSize;
      return loaded < last.total ? loaded : undefined;
    },
    placeholderData: keepPreviousData,
  });
}

/** A row that arrives between two pages moves the others down, so the next page repeats one. Each row is shown once. */
const onceEach = (rows: readonly AuditRow[]): readonly AuditRow[] => [
  ...new Map(rows.map((row) => [row.id, row])).values(),
];

/** The audit log: every change, with its operator and its values before and after. */
export function Audit() {
  const { t } = useTranslation();
  const [filter, setFilter] = useState(everything);
  const [opened, setOpened] = useState<AuditRow | null>(null);
  const [exportFailure, setExportFailure] = useState<unknown>();
  const query = useAuditRows(filter);
  const { data, hasNextPage, isFetchingNextPage } = query;
  const rows = useMemo(() => onceEach(data?.pages.flatMap((page) => page.rows) ?? []), [data]);
  const total = data?.pages.at(-1)?.total ?? 0;
  const columns = useMemo(() => auditColumns(t), [t]);
  const results = useMemo(() => [...new Set(['ok', ...rows.map(({ result }) => result)])], [rows]);
  return (
    <Page
      title={t('nav.audit')}
      isFilled
      actions={
        <>
          <Button
            variant="default"
            onClick={() => void query.refetch()}
            loading={query.isFetching && !isFetchingNextPage}
          >
            {t('audit.refresh')}
          </Button>
          <ExportAudit filter={filter} onFailure={setExportFailure} />
        </>
      }
    >
      {exportFailure !== undefined && <Problem failure={exportFailure} />}
      <AuditFilters filter={filter} onFilter={setFilter} results={results} />
      {data === undefined ? (
        <Unloaded query={query} />
      ) : (
        <DataTable
          id="audit"
          label={t('nav.audit')}
          rows={rows}
          total={total}
          columns={columns}
          onOpen={setOpened}
          toneOf={(row) => (row.result === 'ok' ? undefined : 'bad')}
          isPrepared
          hasNoSearch
          empty={<Empty text={filter === everything ? t('audit.none') : t('audit.noneMatch')} />}
        />
      )}
      {hasNextPage && (
        <div className={classNames.more}>
          <Button variant="default" loading={isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
            {t('audit.more', { n: exact(Math.min(pageSize, total - rows.length)) })}
          </Button>
        </div>
      )}
      <AuditRowDrawer row={opened} onClose={() => setOpened(null)} />
    </Page>
  );
}
