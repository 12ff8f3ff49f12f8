import type { ApiTopic } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { bytesText } from '../../format/number.js';
import { Ago } from '../../parts/ago.js';
import { FactStrip } from '../../parts/fact-strip.js';
import { Figure } from '../../parts/figure.js';

/** The figures of a topic in one strip. */
export function TopicSummary({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const { live } = topic;
  const broker = live?.latency.broker_to_socket_us;
  const publisher = live?.latency.publisher_to_broker_ms;
  return (
    <FactStrip
      facts={[
        [t('topics.rate'), <Figure key="rate" value={live?.msg_rate} />, t('units.perSecond')],
        [t('fields.throughput'), <Figure key="bytes" value={live?.byte_rate} />, 'B/s'],
        [t('fields.lastMessage'), <Ago key="age" at={live?.last_published_at} />, live?.last_publisher ?? ''],
        [
          t('topics.sequence'),
          <span key="sequence" title={t('topic.epochN', { n: live?.epoch ?? '–' })}>
            <Figure value={live?.sequence} />
          </span>,
          '',
        ],
        [t('fields.subscribers'), <Figure key="subscribers" value={live?.subscriber_count} />, ''],
        [
          t('topic.total'),
          <Figure key="total" value={live?.msg_total} />,
          live === null ? '' : bytesText(live.byte_total),
        ],
        [t('fields.dropped'), <Figure key="dropped" value={live?.dropped_total} />, ''],
        [t('lanes.conflated'), <Figure key="conflated" value={live?.conflated_total} />, ''],
        [t('topic.brokerP99'), <Figure key="p99" value={broker?.p99} unit="µs" />, 'µs'],
        [t('topic.publisherP99'), <Figure key="publisher" value={publisher?.p99} unit="ms" />, 'ms'],
      ]}
    />
  );
}
