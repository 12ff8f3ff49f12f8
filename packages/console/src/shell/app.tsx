import { MantineProvider } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect } from 'react';
import { queryClient } from '../api/query-client.js';
import { isRedUp, preferences } from '../state/preferences.js';
import { session } from '../state/session.js';
import { useStore } from '../state/use-store.js';
import { theme } from '../theme/theme.js';
import { LogInPage } from './log-in-page.js';
import { Pages } from './routes.js';

function usePriceColours(): void {
  const choice = useStore(preferences);
  useEffect(() => {
    document.documentElement.dataset.priceColours = isRedUp(choice) ? 'red-up' : 'green-up';
  }, [choice]);
}

/** The console. */
export function App() {
  const { colourScheme } = useStore(preferences);
  const who = useStore(session);
  usePriceColours();
  const forced = colourScheme === 'auto' ? {} : { forceColorScheme: colourScheme };
  return (
    <MantineProvider theme={theme} defaultColorScheme="auto" {...forced}>
      <QueryClientProvider client={queryClient}>{who.state === 'out' ? <LogInPage /> : <Pages />}</QueryClientProvider>
    </MantineProvider>
  );
}
