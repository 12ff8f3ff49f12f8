import { Button, SegmentedControl } from '@mantine/core';
import type { Alert } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { askAll } from '../../api/request.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { FailureAlert } from '../../parts/problem.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { alertColumns } from './alert-columns.js';
import { useAlertAction } from './use-alert-action.js';

const views = ['open', 'resolved', 'all'] as const;
type View = (typeof views)[number];

const isIn = (view: View, { state }: Alert): boolean =>
  view === 'all' || (state === 'resolved') === (view === 'resolved');

const toneOf = ({ state }: Alert): string | undefined =>
  ({ firing: 'bad', acknowledged: 'warning', resolved: undefined })[state];

/** The alerts of this run of the broker, to acknowledge and to mute. */
export function Alerts() {
  const { t } = useTranslation();
  const [words, setWords] = useSearchParams();
  const view = views.find((one) => one === words.get('show')) ?? 'open';
  const query = useQuery({
    queryKey: ['alerts'],
    queryFn: ({ signal }) => askAll<Alert>('/api/alerts', { query: { state: 'all' }, signal }),
    refetchInterval: 2000,
  });
  const action = useAlertAction();
  const { acknowledge, mute } = action;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the actions do the same at every rendering.
  const columns = useMemo(() => alertColumns(t, { acknowledge, mute }), [t]);
  const rows = useMemo(() => query.data?.filter((alert) => isIn(view, alert)), [query.data, view]);
  return (
    <Page
      title={t('nav.alerts')}
      isFilled
      aside={<Link to="/settings">{t('alerts.toRules')}</Link>}
      actions={
        <SegmentedControl
          aria-label={t('alerts.which')}
          value={view}
          onChange={(next) => setWords(next === 'open' ? {} : { show: next }, { replace: true })}
          data={views.map((value) => ({ value, label: t(`alerts.views.${value}`) }))}
        />
      }
    >
      <FailureAlert failure={action.failure} />
      {rows === undefined ? (
        <Unloaded query={query} />
      ) : (
        <DataTable
          id="alerts"
          label={t('nav.alerts')}
          rows={rows}
          columns={columns}
          order={{ key: 'started', isDescending: false }}
          toneOf={toneOf}
          empty={
            <Empty text={t(`alerts.none.${view}`)}>
              <Button component={Link} to="/settings" variant="default">
                {t('alerts.toRules')}
              </Button>
            </Empty>
          }
        />
      )}
    </Page>
  );
}
