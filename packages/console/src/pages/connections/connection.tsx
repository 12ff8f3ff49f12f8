import type { ApiConnection } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useParams } from 'react-router';
import { ask } from '../../api/request.js';
import { dateTimeText } from '../../format/time.js';
import { CopyButton } from '../../parts/copy-button.js';
import { Empty } from '../../parts/empty.js';
import { type Fact, FactList } from '../../parts/facts.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { Unloaded } from '../../parts/unloaded.js';
import { DropReasons } from '../dashboard/drop-reasons.js';
import { closeText } from '../dashboard/event-text.js';
import { ConnectionCharts } from './connection-charts.js';
import { ConnectionStatus, nameOf } from './connection-columns.js';
import { ConnectionSummary } from './connection-summary.js';
import classNames from './connections.module.css';
import { DisconnectButton, DisconnectUserButton } from './disconnect.js';
import { Lanes } from './lanes.js';

function Subscriptions({ connection }: { readonly connection: ApiConnection }) {
  const { t } = useTranslation();
  const { subscriptions, subscription_count: count } = connection;
  return (
    <Panel title={t('connections.subscriptionsN', { n: count })}>
      {subscriptions.length === 0 ? (
        <Empty text={t('connections.noSubscriptions')} />
      ) : (
        <ul className={classNames.subscriptions}>
          {subscriptions.map(({ namespace, pattern }) => (
            <li key={`${namespace}:${pattern}`}>
              <Link to={`/topics?search=${encodeURIComponent(`${namespace}:${pattern}`)}`}>
                <code>
                  {namespace}:{pattern}
                </code>
              </Link>
            </li>
          ))}
          {count > subscriptions.length && (
            <li className="muted">{t('payload.more', { n: count - subscriptions.length })}</li>
          )}
        </ul>
      )}
    </Panel>
  );
}

function About({ connection }: { readonly connection: ApiConnection }) {
  const { t } = useTranslation();
  const facts: readonly Fact[] = [
    [t('connections.connection'), connection.connection_id],
    [t('connections.kind'), t(`connections.kinds.${connection.kind}`)],
    [t('connections.address'), `${connection.address}:${connection.port}`],
    [t('fields.client'), connection.client_name ?? t('connections.noClientName')],
    [t('connections.protocol'), connection.client],
    [t('connections.since'), dateTimeText(new Date(connection.connected_at))],
    ...(connection.closed_at === null
      ? []
      : ([
          [t('connections.closedAt'), dateTimeText(new Date(connection.closed_at))],
          [
            t('connections.reason'),
            <span key="reason" title={connection.close_reason ?? ''}>
              {closeText(t, connection.close_code, connection.close_reason)}
            </span>,
          ],
        ] satisfies readonly Fact[])),
  ];
  return (
    <Panel title={t('connections.about')}>
      <FactList facts={facts} className={classNames.about} />
      {connection.kind === 'legacy' && <p className={classNames.remark}>{t('connections.legacyHint')}</p>}
    </Panel>
  );
}

function Loaded({ connection }: { readonly connection: ApiConnection }) {
  return (
    <>
      <ConnectionSummary connection={connection} />
      <Panel>
        <ConnectionCharts connection={connection} />
      </Panel>
      {connection.lanes !== null && <Lanes lanes={connection.lanes} />}
      <div className={classNames.thirds}>
        <About connection={connection} />
        <Subscriptions connection={connection} />
        <Panel>
          <DropReasons drops={connection.drops} />
        </Panel>
      </div>
    </>
  );
}

/** One connection: its figures, its subscriptions, and the buttons to close it. */
export function ConnectionPage() {
  const { t } = useTranslation();
  const id = useParams().id ?? '';
  const query = useQuery({
    queryKey: ['connection', id],
    queryFn: ({ signal }) => ask<ApiConnection>(`/api/connections/${encodeURIComponent(id)}`, { signal }),
    refetchInterval: 1000,
  });
  const connection = query.data;
  return (
    <Page
      title={connection === undefined ? id : nameOf(t, connection)}
      aside={
        <span className={classNames.aside}>
          <code>{id}</code>
          {connection !== undefined && (
            <CopyButton text={() => JSON.stringify(connection, null, 2)} label={t('actions.copyJson')} />
          )}
          {connection !== undefined && <ConnectionStatus t={t} connection={connection} />}
          {connection?.user_id != null && <Link to={`/users/${connection.user_id}`}>{t('connections.toUser')}</Link>}
          <Link to="/connections">{t('connections.all')}</Link>
        </span>
      }
      actions={
        connection === undefined ? undefined : (
          <>
            {connection.user_id !== null && (
              <DisconnectUserButton
                userId={connection.user_id}
                username={nameOf(t, connection)}
                count={connection.closed_at === null ? 1 : 0}
              />
            )}
            <DisconnectButton connection={connection} />
          </>
        )
      }
    >
      {connection === undefined ? <Unloaded query={query} /> : <Loaded connection={connection} key={id} />}
    </Page>
  );
}
