import type { ApiTopic } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Ago } from '../../parts/ago.js';
import { reasonSentence } from '../../parts/topic-condition.js';
import classNames from './topic.module.css';

/** Why and since when the topic is stale, and the rules that say so. */
export function StaleNote({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  return (
    <p className={classNames.stale} role="status">
      <b>{t('status.stale')}</b> <Ago at={topic.stale_since} /> · {reasonSentence(t, topic.reason)}{' '}
      <Link to={`/namespaces/${topic.namespace_id}?tab=freshness`}>{t('stale.editRules')}</Link>
    </p>
  );
}
