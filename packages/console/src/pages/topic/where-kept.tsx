import { Button } from '@mantine/core';
import type { ApiTopic } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { namespacesQuery } from '../../api/lists.js';
import { Empty } from '../../parts/empty.js';
import { Unloaded } from '../../parts/unloaded.js';

/** What is inside, where the namespace of the topic keeps history; elsewhere the way to the setting. */
export function WhereKept({ topic, children }: { readonly topic: ApiTopic; readonly children: React.ReactNode }) {
  const { t } = useTranslation();
  const namespaces = useQuery(namespacesQuery);
  if (namespaces.data === undefined) return <Unloaded query={namespaces} />;
  const namespace = namespaces.data.find(({ id }) => id === topic.namespace_id);
  if (namespace?.history !== false) return children;
  return (
    <Empty text={t('topic.past.notKept')}>
      <Button component={Link} to={`/namespaces/${topic.namespace_id}`} variant="default">
        {t('topic.past.toNamespace')}
      </Button>
    </Empty>
  );
}
