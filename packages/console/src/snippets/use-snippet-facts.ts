import type { ApiSetting } from '@pulsemq/protocol';
import { useQuery } from '@tanstack/react-query';
import { ask } from '../api/request.js';
import type { SnippetFacts } from './snippets.js';

const portOf = (settings: readonly ApiSetting[] | undefined, key: string, otherwise: number): number => {
  const setting = settings?.find((one) => one.key === key);
  const value = setting?.in_use ?? setting?.value;
  return typeof value === 'number' && value > 0 ? value : otherwise;
};

/** The host and the ports of this broker. A viewer who may not read the settings gets the default ports. */
export function useSnippetFacts(): Pick<SnippetFacts, 'host' | 'pubPort' | 'subPort' | 'apiAddress'> {
  const { data } = useQuery({
    queryKey: ['settings'],
    queryFn: ({ signal }) => ask<readonly ApiSetting[]>('/api/settings', { signal }),
    staleTime: 60_000,
  });
  const pubPort = portOf(data, 'server.pub_port', 5555);
  return {
    host: window.location.hostname,
    pubPort,
    subPort: portOf(data, 'server.sub_port', pubPort + 1),
    apiAddress: new URL('.', window.location.href).href.replace(/\/$/, ''),
  };
}
