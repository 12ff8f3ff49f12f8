import type { ApiLane } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { bytesText, exact } from '../../format/number.js';
import { Empty } from '../../parts/empty.js';
import { Figure } from '../../parts/figure.js';
import { Lag } from '../../parts/lag.js';
import { Panel } from '../../parts/panel.js';
import { StatusMark } from '../../parts/status-mark.js';
import classNames from './lanes.module.css';

function LaneStatus({ lane }: { readonly lane: ApiLane }) {
  const { t } = useTranslation();
  if (!lane.is_bound) {
    return (
      <span title={t('lanes.unboundHint')}>
        <StatusMark status="off">{t('lanes.unbound')}</StatusMark>
      </span>
    );
  }
  if (lane.is_slow) return <StatusMark status="warning">{t('status.slow')}</StatusMark>;
  return <StatusMark status="ok">{t('status.onTime')}</StatusMark>;
}

function LaneRow({ lane }: { readonly lane: ApiLane }) {
  const { t } = useTranslation();
  return (
    <tr>
      <th scope="row">{lane.lane}</th>
      <td>
        <LaneStatus lane={lane} />
      </td>
      <td title={t(`lanes.policies.${lane.on_slow}`)}>
        <code>{lane.on_slow}</code>
      </td>
      <td className="num">{lane.max_rate === null ? t('lanes.noLimit') : exact(lane.max_rate)}</td>
      <td className="num">
        <Figure value={lane.subscription_count} />
      </td>
      <td className="num">
        <Figure value={lane.matched_total} />
      </td>
      <td className="num">
        <Figure value={lane.delivered_total} />
      </td>
      <td className="num">
        <Figure value={lane.dropped_total} />
      </td>
      <td className="num">
        <Figure value={lane.conflated_total} />
      </td>
      <td className="num" title={bytesText(lane.queued_bytes)}>
        <Figure value={lane.queued_messages} />
      </td>
      <td className="num">
        <Lag ms={lane.lag_ms} />
      </td>
    </tr>
  );
}

/** What each policy of these lanes does with messages that the client does not read in time. */
function Policies({ lanes }: { readonly lanes: readonly ApiLane[] }) {
  const { t } = useTranslation();
  const policies = [...new Set(lanes.map(({ on_slow }) => on_slow))];
  return (
    <dl className={classNames.policies}>
      {policies.map((policy) => (
        <div key={policy}>
          <dt>
            <code>{policy}</code>
          </dt>
          <dd>{t(`lanes.policies.${policy}`)}</dd>
        </div>
      ))}
      {lanes.some(({ max_rate }) => max_rate !== null) && (
        <div>
          <dt>
            <code>maxRate</code>
          </dt>
          <dd>{t('lanes.maxRateHint')}</dd>
        </div>
      )}
    </dl>
  );
}

/** The lanes of a session: policy, rate, and the account of every message that matched. */
export function Lanes({ lanes }: { readonly lanes: readonly ApiLane[] }) {
  const { t } = useTranslation();
  const heads = [
    t('lanes.subscriptions'),
    t('lanes.matched'),
    t('fields.delivered'),
    t('fields.dropped'),
    t('lanes.conflated'),
    t('lanes.waiting'),
  ];
  if (lanes.length === 0) {
    return (
      <Panel title={t('lanes.title')}>
        <Empty text={t('lanes.none')} />
      </Panel>
    );
  }
  return (
    <Panel title={t('lanes.title')} actions={<span className="muted">{t('lanes.account')}</span>}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolled region must be reachable by keyboard. */}
      <section className={classNames.scroller} tabIndex={0} aria-label={t('lanes.title')}>
        <table className={classNames.table}>
          <thead>
            <tr>
              <th scope="col">{t('lanes.lane')}</th>
              <th scope="col">{t('fields.status')}</th>
              <th scope="col">onSlow</th>
              <th scope="col" className="num">
                maxRate {t('lanes.perSecond')}
              </th>
              {heads.map((head) => (
                <th key={head} scope="col" className="num">
                  {head}
                </th>
              ))}
              <th scope="col" className="num">
                {t('fields.lag')} s
              </th>
            </tr>
          </thead>
          <tbody>
            {lanes.map((lane) => (
              <LaneRow key={lane.lane} lane={lane} />
            ))}
          </tbody>
        </table>
      </section>
      <Policies lanes={lanes} />
    </Panel>
  );
}
