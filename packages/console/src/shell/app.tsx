import { MantineProvider, mergeThemeOverrides } from '@mantine/core';
import { QueryClientProvider } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { queryClient } from '../live/query-client.js';
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

/** The theme, with a label for the buttons that close dialogs: they show only a cross. */
function useNamedTheme() {
  const { t } = useTranslation();
  return useMemo(() => {
    const defaultProps = { closeButtonProps: { 'aria-label': t('actions.close') } };
    return mergeThemeOverrides(theme, { components: { Modal: { defaultProps }, Drawer: { defaultProps } } });
  }, [t]);
}

/** The console. */
export function App() {
  const { colourScheme } = useStore(preferences);
  const viewer = useStore(session);
  usePriceColours();
  const named = useNamedTheme();
  const forced = colourScheme === 'auto' ? {} : { forceColorScheme: colourScheme };
  return (
    <MantineProvider theme={named} defaultColorScheme="auto" {...forced}>
      <QueryClientProvider client={queryClient}>
        {viewer.state === 'out' ? <LogInPage /> : <Pages />}
      </QueryClientProvider>
    </MantineProvider>
  );
}
