import type { ApiConnection } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { bytesText, compact, exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Lag } from '../../parts/lag.js';
import { Page } from '../../parts/page.js';
import { Panel } from '../../parts/panel.js';
import { Unloaded } from '../../parts/unloaded.js';
import { ConnectionStatus, nameOf } from './connection-columns.js';
import classNames from './connections.module.css';
import { DisconnectButton } from './disconnect.js';
import { causeOf, lostTotal, slowRanking } from './drop-total.js';
import { remedyOf, slowLane, useLanes } from './slow-case.js';
import { useConnections } from './use-connections.js';

const shownMost = 100;

function Case({ connection, rank }: { readonly connection: ApiConnection; readonly rank: number }) {
  const { t } = useTranslation();
  const cause = causeOf(connection);
  const lost = lostTotal(connection.drops);
  const lane = slowLane(useLanes(connection));
  return (
    <li className={classNames.case}>
      <span className={classNames.rank}>{rank}</span>
      <div className={classNames.client}>
        <Link to={`/connections/${connection.connection_id}`}>{nameOf(t, connection)}</Link>
        <span className="muted">
          {connection.connection_id} · {connection.address}:{connection.port}
        </span>
        <ConnectionStatus t={t} connection={connection} />
      </div>
      <dl className={classNames.figures}>
        <div>
          <dt>{t('fields.lag')}</dt>
          <dd>
            <Lag ms={connection.lag_ms} /> s
          </dd>
        </div>
        <div>
          <dt>{t('fields.backlog')}</dt>
          <dd className="figure" title={exact(connection.queued_bytes)}>
            {bytesText(connection.queued_bytes)}
          </dd>
        </div>
        <div>
          <dt>{t('fields.dropped')}</dt>
          <dd className="figure" title={exact(lost)}>
            {compact(lost)}
          </dd>
        </div>
      </dl>
      <div className={classNames.advice}>
        <p>{t(`slow.causes.${cause}`)}</p>
        {lane !== undefined && (
          <p>
            {t('slow.lane', { n: lane.lane })} <code>{lane.on_slow}</code> {t(`lanes.policies.${lane.on_slow}`)}
          </p>
        )}
        <p className="muted">{t(`slow.advice.${remedyOf(connection, lane)}`)}</p>
      </div>
      <DisconnectButton connection={connection} />
    </li>
  );
}

/** Subscribers that do not keep up, with the cause and the remedy, the worst first. */
export function SlowSubscribers() {
  const { t } = useTranslation();
  const query = useConnections('open');
  if (query.data === undefined) {
    return (
      <Page title={t('nav.slow')}>
        <Unloaded query={query} />
      </Page>
    );
  }
  const ranked = slowRanking(query.data);
  return (
    <Page title={t('nav.slow')} aside={t('slow.count', { n: ranked.length, of: exact(query.data.length) })}>
      <Panel>
        {ranked.length === 0 ? (
          <Empty text={t('slow.none')}>
            <Link to="/connections">{t('connections.all')}</Link>
          </Empty>
        ) : (
          <ol className={classNames.cases}>
            {ranked.slice(0, shownMost).map((connection, index) => (
              <Case key={connection.connection_id} connection={connection} rank={index + 1} />
            ))}
          </ol>
        )}
      </Panel>
    </Page>
  );
}
