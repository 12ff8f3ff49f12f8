import type { ApiTopic, TopicValues } from '@pulsemq/protocol';
import { useEffect, useSyncExternalStore } from 'react';
import { useTranslation } from 'react-i18next';
import { bytesText, microsecondsText, millisecondsText } from '../../format/number.js';
import { Ago } from '../../parts/ago.js';
import { FactStrip, type StripFact } from '../../parts/fact-strip.js';
import { Figure } from '../../parts/figure.js';
import { ChangeCell, PriceCell } from '../../parts/prices/price-cells.js';
import { useGlances } from '../topics/use-glances.js';

const refreshMs = 1000;

/** The price, its change, and the best bid and ask of the newest message; those that its payload has. */
function usePriceFacts(id: number, known: readonly TopicValues[]): readonly StripFact[] {
  const { t } = useTranslation();
  const glances = useGlances(refreshMs, known);
  const row = glances.rowOf(id);
  useSyncExternalStore(row.subscribe, row.version);
  useEffect(() => glances.show([id]), [glances, id]);
  if (row.price('last').value === null) return [];
  const sides = (['bid', 'ask'] as const).filter((role) => row.price(role).value !== null);
  return [
    [t('prices.roles.last'), <PriceCell key="last" row={row} price="last" />, ''],
    [t('prices.change'), <ChangeCell key="change" row={row} t={t} />, '%'],
    ...sides.map((role): StripFact => [t(`prices.roles.${role}`), <PriceCell key={role} row={row} price={role} />, '']),
  ];
}

/** A latency with its unit: it goes from microseconds to seconds. */
const Latency = ({ text }: { readonly text: string }) => <span className="figure num">{text}</span>;

interface SummaryProps {
  readonly topic: ApiTopic;
  /** The prices at the moment when the page is opened: with them the strip has its height at once, and nothing below it moves. */
  readonly prices: readonly TopicValues[];
}

/** The prices and the figures of a topic in one strip. */
export function TopicSummary({ topic, prices: known }: SummaryProps) {
  const { t } = useTranslation();
  const { live } = topic;
  const prices = usePriceFacts(topic.id, known);
  const broker = live?.latency.broker_to_socket_us;
  const publisher = live?.latency.publisher_to_broker_ms;
  return (
    <FactStrip
      facts={[
        ...prices,
        [t('topics.rate'), <Figure key="rate" value={live?.msg_rate} />, t('units.perSecond')],
        [t('fields.throughput'), <Figure key="bytes" value={live?.byte_rate} />, 'B/s'],
        [t('fields.lastMessage'), <Ago key="age" at={live?.last_published_at} />, live?.last_publisher ?? ''],
        [
          t('topics.sequence'),
          <span key="sequence" title={t('topic.epochN', { n: live?.epoch ?? '–' })}>
            <Figure value={live?.sequence} />
          </span>,
          '',
          'minor',
        ],
        [t('fields.subscribers'), <Figure key="subscribers" value={live?.subscriber_count} />, ''],
        [
          t('topic.total'),
          <Figure key="total" value={live?.msg_total} />,
          live === null ? '' : bytesText(live.byte_total),
          'minor',
        ],
        [t('fields.dropped'), <Figure key="dropped" value={live?.dropped_total} />, ''],
        [t('lanes.conflated'), <Figure key="conflated" value={live?.conflated_total} />, '', 'minor'],
        [t('topic.brokerP99'), <Latency key="p99" text={microsecondsText(broker?.p99)} />, '', 'minor'],
        [t('topic.publisherP99'), <Latency key="publisher" text={millisecondsText(publisher?.p99)} />, '', 'minor'],
      ]}
    />
  );
}
