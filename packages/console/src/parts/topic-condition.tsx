import type { TopicCondition, TopicStateReason } from '@pulsemq/protocol';
import type { TFunction } from 'i18next';
import { dateTimeText } from '../format/time.js';
import { StatusMark } from './status-mark.js';
import classNames from './topic-condition.module.css';

/** What the state of a topic is judged by, in lists and on the page of the topic. */
export type Condition = Pick<TopicCondition, 'is_stale' | 'publisher' | 'stale_since' | 'reason'>;

/** Why a topic is stale, as a word or two. */
export const reasonWord = (t: TFunction, reason: TopicStateReason): string =>
  reason === null ? '' : t(`stale.reasons.${reason}`);

/** Why a topic is stale, as a sentence. */
export const reasonSentence = (t: TFunction, reason: TopicStateReason): string =>
  reason === null ? '' : t(`stale.sentences.${reason}`);

/** The sentence, and the time at which the state began. */
function titleOf(t: TFunction, { reason, stale_since }: Condition): string {
  const since = stale_since === null ? '' : t('stale.since', { time: dateTimeText(new Date(stale_since)) });
  return `${reasonSentence(t, reason)} ${since}`.trim();
}

/**
 * Stale with its reason, live, closed by its calendar, or without a publisher. The last one is not stale: no rule says so.
 * `hasData` is false for a topic without a message since the start of the broker.
 */
export function ConditionMark(props: {
  readonly t: TFunction;
  readonly condition: Condition;
  readonly hasData: boolean;
}) {
  const { t, condition, hasData } = props;
  const { is_stale: isStale, reason } = condition;
  if (isStale) {
    return (
      <span className={classNames.mark} title={titleOf(t, condition)}>
        <StatusMark status="stale">
          {t('status.stale')}
          <span className={classNames.reason}> · {reasonWord(t, reason)}</span>
        </StatusMark>
      </span>
    );
  }
  if (reason === 'outside_hours') {
    return (
      <span className={classNames.mark} title={reasonSentence(t, reason)}>
        <StatusMark status="off">{reasonWord(t, reason)}</StatusMark>
      </span>
    );
  }
  if (!hasData) return <StatusMark status="off">{t('status.idle')}</StatusMark>;
  if (condition.publisher === 'gone') {
    return (
      <span className={classNames.mark} title={t('stale.goneHint')}>
        <StatusMark status="off">{reasonWord(t, 'publisher_gone')}</StatusMark>
      </span>
    );
  }
  return <StatusMark status="ok">{t('status.live')}</StatusMark>;
}
