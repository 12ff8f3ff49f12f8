import { Button, Progress } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { exact, millisecondsText } from '../../format/number.js';
import { type Fact, FactGrid } from '../../parts/facts.js';
import { FailureAlert } from '../../parts/problem.js';
import { type Status, StatusMark } from '../../parts/status-mark.js';
import { useStore } from '../../state/use-store.js';
import classNames from './publish.module.css';
import type { RepeatRun, RepeatState } from './repeat-run.js';

const statusOf: Readonly<Record<RepeatState['state'], Status>> = {
  running: 'ok',
  done: 'ok',
  stopped: 'warning',
  failed: 'bad',
};

/** How far a repeated publish has come, with the button that stops it. */
export function RepeatOutcome({ run }: { readonly run: RepeatRun }) {
  const { t } = useTranslation();
  const now = useStore(run.progress);
  const { namespace, topic } = run.request;
  const { times } = run.repeat;
  const words = { topic: `${namespace}:${topic}`, n: exact(now.sentCount), of: exact(times) };
  const facts: readonly Fact[] = [
    [t('topics.sequence'), now.reply === null ? '–' : exact(now.reply.sequence)],
    [t('fields.subscribers'), now.reply === null ? '–' : exact(now.reply.subscriber_count)],
    [t('publish.answered'), millisecondsText(now.answeredMs)],
    [t('publish.slowest'), millisecondsText(now.sentCount === 0 ? null : now.slowestMs)],
  ];
  return (
    <div className={classNames.outcome}>
      <div role="status">
        <StatusMark status={statusOf[now.state]}>{t(`publish.runs.${now.state}`, words)}</StatusMark>
      </div>
      <Progress value={(now.sentCount / times) * 100} aria-label={t('publish.progress')} transitionDuration={0} />
      <FactGrid facts={facts} className={classNames.facts} />
      <FailureAlert failure={now.failure} />
      <div className={classNames.choices}>
        {now.state === 'running' && (
          <Button variant="default" onClick={() => run.stop()}>
            {t('publish.stop')}
          </Button>
        )}
        <Link to={`/messages?namespace=${encodeURIComponent(namespace)}&pattern=${encodeURIComponent(topic)}`}>
          {t('publish.follow')}
        </Link>
      </div>
    </div>
  );
}
