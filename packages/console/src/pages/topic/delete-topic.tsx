import type { ApiTopic } from '@pulsemq/protocol';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { ask } from '../../api/request.js';
import { exact } from '../../format/number.js';
import { ConfirmButton } from '../../parts/confirm-button.js';

/** Deletes a topic. The next publish creates it again, with a new epoch. */
export function DeleteTopic({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const count = topic.live?.subscriber_count ?? 0;
  return (
    <ConfirmButton
      label={t('topic.delete')}
      title={t('topic.deleteTitle', { name: `${topic.namespace}:${topic.name}` })}
      text={t('topic.deleteText', { count, n: exact(count) })}
      typed={topic.name}
      run={() => ask(`/api/topics/${topic.id}`, { method: 'DELETE' })}
      onDone={() => void navigate('/topics')}
    />
  );
}
