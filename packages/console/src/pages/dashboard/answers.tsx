import type { SystemFigures } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { bytesText, compact, exact, microsecondsText, millisecondsText } from '../../format/number.js';
import { durationText } from '../../format/time.js';
import { link } from '../../live/figures.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
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
      <span className={`${classNames.more} clip figure`}>{more}</span>
    </Link>
  );
}

/** Five questions: is it up, does data flow, are topics stale, are messages lost, how high is the latency. Each links to the page where to act. */
export function Answers({ now }: { readonly now: SystemFigures }) {
  const { t } = useTranslation();
  const { state } = useStore(link);
  const broker = now.broker_to_socket_us;
  const isLosing = now.dropped_rate > 0;
  const lossStatus = isLosing ? 'bad' : now.slow_subscribers > 0 ? 'warning' : 'ok';
  return (
    <div className={classNames.answers}>
      <Answer
        to="/settings"
        question={t('dashboard.answers.broker')}
        status={state === 'lost' ? 'bad' : 'ok'}
        answer={state === 'lost' ? t('status.lost') : t('status.up')}
        more={`${t('dashboard.answers.upFor', { span: durationText(t, now.uptime_seconds * 1000) })} · ${now.version}`}
      />
      <Answer
        to="/topics?sort=rate"
        question={t('dashboard.answers.flow')}
        status={now.msg_rate > 0 ? 'ok' : 'off'}
        answer={
          now.msg_rate > 0
            ? t('dashboard.answers.perSecond', { n: compact(now.msg_rate) })
            : t('dashboard.answers.noFlow')
        }
        more={t('dashboard.answers.inOut', { out: compact(now.delivered_rate), bytes: bytesText(now.byte_rate) })}
        title={exact(now.msg_rate)}
      />
      <Answer
        to="/topics?show=stale"
        question={t('dashboard.answers.stale')}
        status={now.stale_topics > 0 ? 'stale' : 'ok'}
        answer={now.stale_topics > 0 ? exact(now.stale_topics) : t('dashboard.answers.none')}
        more={t('dashboard.answers.ofTopics', { n: exact(now.topics) })}
      />
      <Answer
        to="/slow"
        question={t('dashboard.answers.loss')}
        status={lossStatus}
        answer={
          isLosing
            ? t('dashboard.answers.dropsPerSecond', { n: compact(now.dropped_rate) })
            : now.slow_subscribers > 0
              ? t('dashboard.answers.slowClients', { n: exact(now.slow_subscribers) })
              : t('dashboard.answers.none')
        }
        more={t('dashboard.answers.droppedSoFar', { n: compact(now.dropped_total) })}
        title={exact(now.dropped_total)}
      />
      <Answer
        to="/connections?sort=lag"
        question={t('fields.brokerLatency')}
        status={broker === null ? 'off' : broker.p99 > 100_000 ? 'warning' : 'ok'}
        answer={
          broker === null
            ? t('dashboard.answers.noSample')
            : t('dashboard.answers.p99', { value: microsecondsText(broker.p99) })
        }
        more={t('dashboard.answers.p50', {
          p50: microsecondsText(broker?.p50),
          publisher: millisecondsText(now.publisher_to_broker_ms?.p99),
        })}
      />
    </div>
  );
}
