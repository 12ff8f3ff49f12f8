import type { ApiTopic, LastValue } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { namespacesQuery } from '../../api/lists.js';
import { ask } from '../../api/request.js';
import { LiveTail } from './live-tail.js';

/** The last value of a topic at the moment when its tail is opened, where its namespace keeps it: the tail begins with it. */
function useFirst(topic: ApiTopic) {
  const { data: namespaces } = useQuery(namespacesQuery);
  const isKept = namespaces?.find(({ id }) => id === topic.namespace_id)?.keep_last_value === true;
  const { data } = useQuery({
    queryKey: ['first', topic.id],
    queryFn: ({ signal }) => ask<LastValue>(`/api/topics/${topic.id}/last`, { signal }),
    enabled: isKept && topic.live !== null,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
  });
  return data?.message;
}

/** The live tail of one topic. */
export function TopicTail({ topic }: { readonly topic: ApiTopic }) {
  const [filter, setFilter] = useState('');
  const first = useFirst(topic);
  return (
    <LiveTail namespace={topic.namespace} pattern={topic.name} filter={filter} onFilter={setFilter} first={first} />
  );
}
