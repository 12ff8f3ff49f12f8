import type { ClusterState } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { clusterQuery } from '../../api/lists.js';
import { Empty } from '../../parts/empty.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { AlertBox } from '../../parts/problem.js';
import { StatusMark } from '../../parts/status-mark.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';
import { type BrokerRow, brokerColumns } from './broker-columns.js';
import classNames from './cluster.module.css';
import { FindPanel } from './find-panel.js';
import { pairColumns } from './pair-columns.js';

const refreshMs = 1_000;
const order = { key: 'broker', isDescending: false } as const;

/** The name of each broker by its id; where another one has it, too, with its address. */
function namesOf({ own, peers, shared_names }: ClusterState): Map<string, string> {
  const present = peers.filter(({ health }) => health !== 'gone');
  return new Map(
    [...present, ...(own === null ? [] : [own])].map(({ id, name, host, pub_port }) => [
      id,
      shared_names.includes(name) ? `${name} (${host}:${pub_port})` : name,
    ]),
  );
}

/** Gives the panel the height of its table, up to a limit. */
function Fitted({ rowCount, children }: { readonly rowCount: number; readonly children: React.ReactNode }) {
  return <div style={{ '--row-count': Math.max(1, rowCount) } as React.CSSProperties}>{children}</div>;
}

function Brokers({ state }: { readonly state: ClusterState }) {
  const { t } = useTranslation();
  const { own, peers } = state;
  const rows: BrokerRow[] = peers.map((peer) => ({ broker: peer, peer }));
  if (own !== null) rows.push({ broker: own, peer: null });
  const columns = useMemo(() => brokerColumns(t), [t]);
  return (
    <Fitted rowCount={rows.length}>
      <Panel title={t('cluster.brokers')} className={classNames.brokers}>
        <DataTable
          id="cluster-brokers"
          label={t('cluster.brokers')}
          rows={rows}
          columns={columns}
          order={order}
          hasNoSearch
          toneOf={({ peer }) =>
            peer === null || peer.health === 'live' ? undefined : peer.health === 'gone' ? 'off' : 'bad'
          }
          empty={<Empty text={t('cluster.starting')} />}
        />
      </Panel>
    </Fitted>
  );
}

function Pairs({ state }: { readonly state: ClusterState }) {
  const { t } = useTranslation();
  const names = namesOf(state);
  const rows = state.pairs.filter(({ from, to }) => names.has(from) && names.has(to));
  return (
    <Fitted rowCount={rows.length}>
      <Panel title={t('cluster.pairs')} className={classNames.pairs}>
        <DataTable
          id="cluster-pairs"
          label={t('cluster.pairs')}
          rows={rows}
          columns={pairColumns(t, (id) => names.get(id) ?? id)}
          order={{ key: 'from', isDescending: false }}
          hasNoSearch
          toneOf={({ is_lagging }) => (is_lagging ? 'bad' : undefined)}
          empty={<Empty text={t('cluster.noPairs')} />}
        />
      </Panel>
    </Fitted>
  );
}

/** Whether this broker reaches NATS, and which server. */
function Link({ state }: { readonly state: ClusterState }) {
  const { t } = useTranslation();
  if (!state.is_connected) return <StatusMark status="bad">{t('cluster.noNats')}</StatusMark>;
  return <StatusMark status="ok">{t('cluster.nats', { server: state.own?.nats_server ?? '' })}</StatusMark>;
}

/** Names that more than one broker has, with what to do. */
function SharedNames({ state }: { readonly state: ClusterState }) {
  const { t } = useTranslation();
  return state.shared_names.map((name) => (
    <AlertBox key={name}>
      <p>{t('cluster.sharedName', { name })}</p>
    </AlertBox>
  ));
}

/** The brokers that serve the same topics: which can be reached, what each does, and how far each follows the others. */
export function Cluster() {
  const { t } = useTranslation();
  const query = useQuery({ ...clusterQuery, refetchInterval: refreshMs });
  const { data: state } = query;
  if (state === undefined) {
    return (
      <Page title={t('nav.cluster')}>
        <Unloaded query={query} />
      </Page>
    );
  }
  if (state.driver === 'none') {
    return (
      <Page title={t('nav.cluster')}>
        <Panel>
          <Empty text={t('cluster.alone')}>
            <p className="muted">{t('cluster.aloneHint')}</p>
          </Empty>
        </Panel>
      </Page>
    );
  }
  return (
    <Page
      title={t('nav.cluster')}
      aside={
        <>
          {state.name} <Link state={state} />
        </>
      }
    >
      <SharedNames state={state} />
      <Brokers state={state} />
      <Pairs state={state} />
      <FindPanel />
    </Page>
  );
}
