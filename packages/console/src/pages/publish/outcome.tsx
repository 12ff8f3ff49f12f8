import { useTranslation } from 'react-i18next';
import { bytesText, millisecondsText } from '../../format/number.js';
import { clockMsText } from '../../format/time.js';
import { type Fact, FactGrid } from '../../parts/facts.js';
import { PayloadView } from '../../parts/payload/payload-view.js';
import { StatusMark } from '../../parts/status-mark.js';
import classNames from './publish.module.css';
import type { RoundTrip } from './round-trip.js';

function Facts({ trip }: { readonly trip: RoundTrip }) {
  const { t } = useTranslation();
  const { reply, echo } = trip;
  const compressed = echo?.message.compressed ?? null;
  const facts: readonly Fact[] = [
    [t('topic.publishedAt'), clockMsText(trip.sentAt)],
    [t('topics.sequence'), String(reply.sequence)],
    [t('fields.subscribers'), String(reply.subscriber_count)],
    [
      t('topic.size'),
      compressed === null ? bytesText(reply.payload_bytes) : `${bytesText(reply.payload_bytes)}, ${compressed}`,
    ],
    [t('publish.answered'), millisecondsText(trip.answeredMs)],
    [t('publish.cameBack'), echo === null ? '–' : millisecondsText(echo.afterMs)],
  ];
  return <FactGrid facts={facts} className={classNames.facts} />;
}

/** The broker's answer to a publish, and the message as a subscriber received it. */
export function Outcome({ trip }: { readonly trip: RoundTrip }) {
  const { t } = useTranslation();
  const { echo, request } = trip;
  return (
    <div className={classNames.outcome}>
      <div role="status">
        <StatusMark status={echo === null ? 'warning' : 'ok'}>
          {t(echo === null ? 'publish.noEcho' : 'publish.echoed', { topic: `${request.namespace}:${request.topic}` })}
        </StatusMark>
      </div>
      <Facts trip={trip} />
      <p className="muted">{t('publish.echoHint')}</p>
      {echo !== null && <PayloadView content={echo.message.content} />}
    </div>
  );
}
