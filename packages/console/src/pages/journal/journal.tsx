import type { JournalSegment, JournalState } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { ask } from '../../api/request.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { StatusMark } from '../../parts/status-mark.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { CheckedSegment } from './checked-segment.js';
import classNames from './journal.module.css';
import { JournalSummary } from './journal-summary.js';
import { segmentColumns } from './segment-columns.js';
import { useStoreRate } from './use-store-rate.js';

const refreshMs = 2_000;

/** Whether messages are stored at this moment. */
function Condition({ state }: { readonly state: JournalState }) {
  const { t } = useTranslation();
  if (state.totals === null) return <StatusMark status="off">{t('journal.off')}</StatusMark>;
  if (state.totals.is_suspended) return <StatusMark status="bad">{t('journal.suspended')}</StatusMark>;
  return <StatusMark status="ok">{t('journal.writing')}</StatusMark>;
}

function Segments({ state }: { readonly state: JournalState }) {
  const { t } = useTranslation();
  const [checked, setChecked] = useState<JournalSegment | null>(null);
  const columns = useMemo(() => segmentColumns(t, setChecked), [t]);
  return (
    <Panel title={t('journal.segments')} className={classNames.segments}>
      {checked !== null && <CheckedSegment key={checked.number} segment={checked} onClose={() => setChecked(null)} />}
      <DataTable
        id="journal-segments"
        label={t('journal.segments')}
        rows={state.segments}
        columns={columns}
        order={{ key: 'number', isDescending: true }}
        total={state.segment_count}
        hasNoSearch
        empty={<Empty text={t('journal.noSegments')} />}
      />
    </Panel>
  );
}

/** The journal of this broker: its size, what it stores, how long it keeps it, and its files, which can be checked for damage. */
export function Journal() {
  const { t } = useTranslation();
  const query = useQuery({
    queryKey: ['journal'],
    queryFn: ({ signal }) => ask<JournalState>('/api/journal', { signal }),
    refetchInterval: refreshMs,
  });
  const { data: state } = query;
  const rate = useStoreRate(state, query.dataUpdatedAt);
  if (state === undefined) {
    return (
      <Page title={t('nav.journal')}>
        <Unloaded query={query} />
      </Page>
    );
  }
  if (state.namespaces.length === 0 && state.segment_count === 0) {
    return (
      <Page title={t('nav.journal')}>
        <Panel>
          <Empty text={t('journal.none')}>
            <p className="muted">{t('journal.noneHint')}</p>
            <Link to="/namespaces">{t('actions.toNamespaces')}</Link>
          </Empty>
        </Panel>
      </Page>
    );
  }
  return (
    <Page title={t('nav.journal')} isFilled aside={<Condition state={state} />}>
      <JournalSummary state={state} rate={rate} />
      <Segments state={state} />
    </Page>
  );
}
