import type { ApiTopic, TopicSubscriber } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useNavigate } from 'react-router';
import { askAll } from '../../api/request.js';
import { Empty } from '../../parts/empty.js';
import type { Column } from '../../parts/table/column.js';
import { DataTable } from '../../parts/table/data-table.js';
import { Unloaded } from '../../parts/unloaded.js';

/** The current subscribers of a topic, with the pattern of each. */
export function SubscribersTab({ topic }: { readonly topic: ApiTopic }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const query = useQuery({
    queryKey: ['topic-subscribers', topic.id],
    queryFn: ({ signal }) => askAll<TopicSubscriber>(`/api/topics/${topic.id}/subscribers`, { signal }),
    refetchInterval: 3000,
  });
  const columns = useMemo(
    (): readonly Column<TopicSubscriber>[] => [
      {
        key: 'user',
        head: t('fields.user'),
        width: 'minmax(140px, 1fr)',
        isNarrow: true,
        cell: (row) => (
          <Link to={`/connections/${row.connection_id}`}>{row.username ?? t('connections.unknownUser')}</Link>
        ),
        sortBy: (row) => row.username,
        text: (row) => row.username ?? '',
      },
      {
        key: 'pattern',
        head: t('connections.pattern'),
        width: 'minmax(140px, 1fr)',
        isNarrow: true,
        cell: (row) => <code>{row.pattern}</code>,
        sortBy: (row) => row.pattern,
        text: (row) => row.pattern,
      },
      {
        key: 'connection',
        head: t('connections.connection'),
        width: '120px',
        cell: (row) => row.connection_id,
        sortBy: (row) => row.connection_id,
        text: (row) => row.connection_id,
      },
    ],
    [t],
  );
  if (query.data === undefined) return <Unloaded query={query} />;
  return (
    <DataTable
      id="topic-subscribers"
      label={t('topic.subscribers')}
      rows={query.data}
      columns={columns}
      order={{ key: 'user', isDescending: false }}
      onOpen={(row) => void navigate(`/connections/${row.connection_id}`)}
      empty={<Empty text={t('topic.noSubscribers')} />}
    />
  );
}
