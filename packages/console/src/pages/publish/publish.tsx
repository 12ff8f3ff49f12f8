import { Button } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { namespacesQuery } from '../../api/lists.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { Unloaded } from '../../parts/unloaded.js';
import { ExternalStore } from '../../state/external-store.js';
import { useStore } from '../../state/use-store.js';
import { type Draft, firstDraft, requestOf } from './draft.js';
import { Outcome } from './outcome.js';
import classNames from './publish.module.css';
import { PublishForm, type RepeatChoice } from './publish-form.js';
import { RepeatOutcome } from './repeat-outcome.js';
import { noRun, RepeatRun } from './repeat-run.js';
import { type RoundTrip, roundTrip } from './round-trip.js';

/** Kept until the tab is closed: the viewer may look at the topic and return to the same draft. */
const written = new ExternalStore<Draft>(firstDraft);

/** Kept as the draft is. */
const chosen = new ExternalStore<RepeatChoice>({ isOn: false, repeat: { times: 10, everyMs: 1000 } });

/** A repeated publish. It ends with the page. */
function useRepeatRun() {
  const [run, setRun] = useState<RepeatRun>();
  useEffect(() => () => run?.stop(), [run]);
  const progress = useStore(run?.progress ?? noRun);
  return { run, setRun, isRunning: progress.state === 'running' };
}

/** The result of one message, or of a run of them. */
function Result({ trip, run }: { readonly trip: RoundTrip | undefined; readonly run: RepeatRun | undefined }) {
  const { t } = useTranslation();
  if (run !== undefined) return <RepeatOutcome run={run} />;
  if (trip === undefined) return <Empty text={t('publish.nothingSent')} />;
  return <Outcome trip={trip} key={trip.reply.sequence} />;
}

/** Publishes one message, or one repeatedly, and shows it as a subscriber receives it. */
export function Publish() {
  const { t } = useTranslation();
  const queries = useQueryClient();
  const namespaces = useQuery(namespacesQuery);
  const [query] = useSearchParams();
  const kept = useStore(written);
  const choice = useStore(chosen);
  const [trip, setTrip] = useState<RoundTrip>();
  const { run, setRun, isRunning } = useRepeatRun();
  const active = namespaces.data?.filter(({ is_active: isActive }) => isActive) ?? [];
  const wanted = kept.namespace === '' ? query.get('namespace') : kept.namespace;
  const namespace = active.find(({ name }) => name === wanted)?.name ?? active[0]?.name ?? '';
  const draft: Draft = { ...kept, namespace, topic: query.get('topic') ?? kept.topic };
  const send = async (): Promise<void> => {
    const request = requestOf(draft);
    if (request === undefined) return;
    setTrip(undefined);
    setRun(undefined);
    if (choice.isOn) {
      const started = new RepeatRun(request, choice.repeat);
      setRun(started);
      started.start();
    } else setTrip(await roundTrip(request));
    void queries.invalidateQueries({ queryKey: ['namespaces'] });
  };
  return (
    <Page title={t('nav.publish')} aside={t('publish.aside')}>
      {namespaces.data === undefined && <Unloaded query={namespaces} />}
      {namespaces.data !== undefined && active.length === 0 && (
        <Empty text={t('publish.noNamespace')}>
          <Button component={Link} to="/namespaces" variant="default">
            {t('actions.toNamespaces')}
          </Button>
        </Empty>
      )}
      {active.length > 0 && (
        <div className={classNames.columns}>
          <Panel title={t('publish.message')}>
            <div className={classNames.body}>
              <PublishForm
                draft={draft}
                onChange={(change) => written.set({ ...draft, ...change })}
                namespaces={active}
                choice={choice}
                onChoose={chosen.set}
                isRunning={isRunning}
                onSend={send}
              />
            </div>
          </Panel>
          <Panel title={t('publish.result')}>
            <Result trip={trip} run={run} />
          </Panel>
        </div>
      )}
    </Page>
  );
}
