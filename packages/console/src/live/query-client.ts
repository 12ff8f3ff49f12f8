import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from '../api/api-failure.js';
import { session } from '../state/session.js';
import { link } from './figures.js';

/** Answers are kept while newer ones are fetched; only a broker that does not answer is asked again at once. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      refetchOnWindowFocus: false,
      // Whether the browser believes to be online says nothing about a broker on this machine.
      networkMode: 'always',
      retry: (count, failure) => failure instanceof ApiFailure && failure.isUnreachable && count < 2,
      retryDelay: 600,
    },
    mutations: { networkMode: 'always' },
  },
});

let wasIn = session.get().state === 'in';
session.subscribe(() => {
  const { state } = session.get();
  if (state === 'out') queryClient.clear();
  else if (state === 'in' && !wasIn) void queryClient.invalidateQueries();
  wasIn = state === 'in';
});

let wasLost = false;
link.subscribe(() => {
  const { state } = link.get();
  if (state === 'live' && wasLost) void queryClient.invalidateQueries();
  if (state === 'lost') wasLost = true;
  else if (state === 'live') wasLost = false;
});
