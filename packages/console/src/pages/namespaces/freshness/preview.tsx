import { useDebouncedValue } from '@mantine/hooks';
import type { Freshness, FreshnessPreview } from '@pulsemq/protocol';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { ask } from '../../../api/request.js';
import { exact } from '../../../format/number.js';
import { FailureAlert } from '../../../parts/problem.js';
import { StatusMark } from '../../../parts/status-mark.js';
import classNames from './freshness.module.css';

/** Long enough for a word to be typed. */
const typingMs = 400;
const refreshMs = 5000;

/** What the rules of the form say about the topics at this moment, before they are saved. */
export function Preview({
  namespaceId,
  freshness,
}: {
  readonly namespaceId: number;
  readonly freshness: Freshness | undefined;
}) {
  const { t } = useTranslation();
  const [asked] = useDebouncedValue(freshness === undefined ? undefined : JSON.stringify(freshness), typingMs);
  const { data, error } = useQuery({
    queryKey: ['freshness-preview', namespaceId, asked],
    queryFn: ({ signal }) =>
      ask<FreshnessPreview>(`/api/namespaces/${namespaceId}/freshness/preview`, {
        method: 'POST',
        body: JSON.parse(asked!) as Freshness,
        signal,
      }),
    enabled: asked !== undefined,
    placeholderData: keepPreviousData,
    refetchInterval: refreshMs,
    retry: false,
  });
  if (freshness === undefined) return <p className={classNames.preview}>{t('freshness.incomplete')}</p>;
  if (error !== null) return <FailureAlert failure={error} />;
  if (data === undefined) return <p className={classNames.preview}>{t('table.loading')}</p>;
  const { stale_now: staleCount, topics, under_rule: ruled, topic_count: all } = data;
  return (
    <div className={classNames.preview} role="status">
      <p>
        <StatusMark status={staleCount > 0 ? 'stale' : 'ok'}>
          {t('freshness.wouldBeStale', { count: staleCount, n: exact(staleCount) })}
        </StatusMark>{' '}
        <span className="muted">{t('freshness.underRule', { n: exact(ruled), of: exact(all) })}</span>
      </p>
      {topics.length > 0 && (
        <p className={classNames.names}>
          {topics.join(', ')}
          {staleCount > topics.length && ` ${t('payload.more', { n: exact(staleCount - topics.length) })}`}
        </p>
      )}
    </div>
  );
}
