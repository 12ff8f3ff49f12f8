import type { ApiGrant, ApiNamespace, ApiTopic, ApiUser, ClusterState, Me, TopicValues } from '@pulsemq/protocol';
import { queryOptions } from '@tanstack/react-query';
import { ask, askAll } from './request.js';

/** Queries of more than one page: the same key, so one request serves all of them. */

export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => ask<Me>('/api/me', { signal }),
  staleTime: 60_000,
});

export const namespacesQuery = queryOptions({
  queryKey: ['namespaces'],
  queryFn: ({ signal }) => askAll<ApiNamespace>('/api/namespaces', { signal }),
  // A page that says that there is none must notice the first one.
  refetchInterval: ({ state }) => (state.data?.length === 0 ? 2_000 : false),
});

export const usersQuery = queryOptions({
  queryKey: ['users'],
  queryFn: ({ signal }) => askAll<ApiUser>('/api/users', { signal }),
});

export const grantsQuery = queryOptions({
  queryKey: ['grants'],
  queryFn: ({ signal }) => askAll<ApiGrant>('/api/permissions', { signal }),
});

export const topicQuery = (id: number) =>
  queryOptions({
    queryKey: ['topic', id],
    queryFn: ({ signal }) => ask<ApiTopic>(`/api/topics/${id}`, { signal }),
    refetchInterval: 1000,
  });

/** The prices of a topic when its page is opened. They are never taken from an earlier visit. */
export const topicValuesQuery = (id: number) =>
  queryOptions({
    queryKey: ['topic-values', id],
    queryFn: ({ signal }) => ask<readonly TopicValues[]>('/api/topics/values', { query: { ids: `${id}` }, signal }),
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });

export const clusterQuery = queryOptions({
  queryKey: ['cluster'],
  queryFn: ({ signal }) => ask<ClusterState>('/api/cluster', { signal }),
});
