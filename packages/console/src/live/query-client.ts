import { QueryClient } from '@tanstack/react-query';
import { ApiFailure } from '../api/api-failure.js';
import { session } from '../state/session.js';
import { link } from './figures.js';

/** Shows the last answer while a newer one is fetched. Retries at once only when no answer came. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 1000,
      refetchOnWindowFocus: false,
      // The browser may be offline while a broker on this machine or in this network answers.
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
