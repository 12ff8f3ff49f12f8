import type { ApiConnection } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { bytesText } from '../../format/number.js';
import { Ago } from '../../parts/ago.js';
import { FactStrip } from '../../parts/fact-strip.js';
import { Figure } from '../../parts/figure.js';
import { Lag } from '../../parts/lag.js';
import { lostTotal } from './drop-total.js';

/** The figures of a connection in one strip. */
export function ConnectionSummary({ connection }: { readonly connection: ApiConnection }) {
  const { t } = useTranslation();
  const perSecond = t('units.perSecond');
  return (
    <FactStrip
      facts={[
        [t('fields.in'), <Figure key="in" value={connection.msg_rate_in} />, perSecond],
        [t('fields.out'), <Figure key="out" value={connection.msg_rate_out} />, perSecond],
        [t('fields.lag'), <Lag key="lag" ms={connection.lag_ms} />, 's'],
        [
          t('fields.backlog'),
          <Figure key="queued" value={connection.queued_messages} />,
          bytesText(connection.queued_bytes),
        ],
        [t('fields.dropped'), <Figure key="drops" value={lostTotal(connection.drops)} />, ''],
        [t('lanes.conflated'), <Figure key="conflated" value={connection.conflated_total} />, ''],
        [
          t('fields.published'),
          <Figure key="sent" value={connection.msg_total_in} />,
          bytesText(connection.byte_total_in),
        ],
        [
          t('fields.delivered'),
          <Figure key="delivered" value={connection.msg_total_out} />,
          bytesText(connection.byte_total_out),
        ],
        [t('connections.subscriptions'), <Figure key="subscriptions" value={connection.subscription_count} />, ''],
        [t('connections.since'), <Ago key="since" at={connection.connected_at} />, ''],
      ]}
    />
  );
}
