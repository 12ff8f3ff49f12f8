import type { SystemFigures } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { bytesText, compact, exact, microsecondsText, millisecondsText } from '../../format/number.js';
import { agoText, durationText } from '../../format/time.js';
import { link } from '../../live/figures.js';
import { now as clock } from '../../live/now.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import { reasonSentence, reasonWord } from '../../parts/topic-condition.js';
import { useStore } from '../../state/use-store.js';
import classNames from './dashboard.module.css';

interface AnswerProps {
  readonly to: string;
  readonly question: string;
  readonly status: Status;
  readonly answer: string;
  readonly more: string;
  readonly title?: string;
}

function Answer({ to, question, status, answer, more, title }: AnswerProps) {
  // Without the broker only its absence is certain: the other answers are shown as old.
  const isOld = useStore(link).state === 'lost' && status !== 'bad';
  return (
    <Link to={to} className={classNames.answer ?? ''} title={title}>
      <span className={classNames.question}>{question}</span>
      <span className={classNames.verdict}>
        <StatusMark status={isOld ? 'off' : status}>
          <span className={isOld ? classNames.old : classNames.words}>{answer}</span>
        </StatusMark>
      </span>
      <span className={`${classNames.more} figure`}>{more}</span>
    </Link>
  );
}

interface FiguresProps {
  readonly now: SystemFigures;
}

function BrokerAnswer({ now }: FiguresProps) {
  const { t } = useTranslation();
  const isLost = useStore(link).state === 'lost';
  return (
    <Answer
      to="/settings"
      question={t('dashboard.answers.broker')}
      status={isLost ? 'bad' : 'ok'}
      answer={isLost ? t('status.lost') : t('status.up')}
      more={`${t('dashboard.answers.upFor', { span: durationText(t, now.uptime_seconds * 1000) })} · ${now.version}`}
    />
  );
}

function FlowAnswer({ now }: FiguresProps) {
  const { t } = useTranslation();
  const isFlowing = now.msg_rate > 0;
  return (
    <Answer
      to="/topics?sort=rate"
      question={t('dashboard.answers.flow')}
      status={isFlowing ? 'ok' : 'off'}
      answer={
        isFlowing ? t('dashboard.answers.perSecond', { n: compact(now.msg_rate) }) : t('dashboard.answers.noFlow')
      }
      more={t('dashboard.answers.inOut', { out: compact(now.delivered_rate), bytes: bytesText(now.byte_rate) })}
      title={exact(now.msg_rate)}
    />
  );
}

function StaleAnswer({ now }: FiguresProps) {
  const { t } = useTranslation();
  const nowMs = useStore(clock);
  const isStale = now.stale_topics > 0;
  // The list begins with the topic that is stale for the longest time.
  const longest = now.stale[0];
  const why =
    longest === undefined
      ? ''
      : `${reasonWord(t, longest.reason)}, ${agoText(t, nowMs - Date.parse(longest.stale_since))} · `;
  return (
    <Answer
      to="/topics?show=stale"
      question={t('dashboard.stale')}
      status={isStale ? 'stale' : 'ok'}
      answer={isStale ? exact(now.stale_topics) : t('dashboard.answers.none')}
      more={`${why}${t('dashboard.answers.ofTopics', { n: exact(now.topics) })}`}
      title={longest === undefined ? '' : `${longest.namespace}:${longest.name}: ${reasonSentence(t, longest.reason)}`}
    />
  );
}

/** Losing messages now is bad, a slow subscriber is a warning. */
function lossOf(t: TFunction, now: SystemFigures): Pick<AnswerProps, 'status' | 'answer'> {
  if (now.dropped_rate > 0) {
    return { status: 'bad', answer: t('dashboard.answers.dropsPerSecond', { n: compact(now.dropped_rate) }) };
  }
  if (now.slow_subscribers > 0) {
    return { status: 'warning', answer: t('dashboard.answers.slowClients', { n: exact(now.slow_subscribers) }) };
  }
  return { status: 'ok', answer: t('dashboard.answers.none') };
}

function LossAnswer({ now }: FiguresProps) {
  const { t } = useTranslation();
  return (
    <Answer
      to="/slow"
      question={t('dashboard.answers.loss')}
      {...lossOf(t, now)}
      more={t('dashboard.answers.droppedSoFar', { n: compact(now.dropped_total) })}
      title={exact(now.dropped_total)}
    />
  );
}

/** A P99 above this is shown as a warning. */
const highLatencyUs = 100_000;

function LatencyAnswer({ now }: FiguresProps) {
  const { t } = useTranslation();
  const latency = now.broker_to_socket_us;
  const status = latency === null ? 'off' : latency.p99 > highLatencyUs ? 'warning' : 'ok';
  return (
    <Answer
      to="/connections?sort=lag"
      question={t('fields.brokerLatency')}
      status={status}
      answer={
        latency === null
          ? t('dashboard.answers.noSample')
          : t('dashboard.answers.p99', { value: microsecondsText(latency.p99) })
      }
      more={t('dashboard.answers.p50', {
        p50: microsecondsText(latency?.p50),
        publisher: millisecondsText(now.publisher_to_broker_ms?.p99),
      })}
    />
  );
}

/** Is it up, does data flow, are topics stale, are messages lost, how high is the latency: each links to the page where to act. */
export function Answers({ now }: FiguresProps) {
  return (
    <div className={classNames.answers}>
      <BrokerAnswer now={now} />
      <FlowAnswer now={now} />
      <StaleAnswer now={now} />
      <LossAnswer now={now} />
      <LatencyAnswer now={now} />
    </div>
  );
}
