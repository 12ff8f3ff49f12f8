import type { ApiGrant, ApiNamespace, ApiTopic, ApiUser, Me } from '@pulsemq/protocol';
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
