import type { ApiConnection } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { askAll } from '../../api/request.js';

/** All connections of one state, read every two seconds. */
export const useConnections = (state: 'open' | 'closed') =>
  useQuery({
    queryKey: ['connections', state],
    queryFn: ({ signal }) => askAll<ApiConnection>('/api/connections', { query: { state }, signal }),
    refetchInterval: 2000,
  });
