import { useMemo, useSyncExternalStore } from 'react';
import type { BrokerClient } from './broker-client.js';
import { inNextFrame } from './frame.js';
import { useClient } from './provider.js';

const events = ['connected', 'disconnected', 'reconnected'] as const;

/** Whether the client of the provider is connected. False while it reconnects: values on the screen may be out of date then. */
export function useConnected(): boolean {
  const client = useClient();
  const subscribe = useMemo(() => subscribeTo(client), [client]);
  return useSyncExternalStore(
    subscribe,
    () => client.isConnected,
    () => false,
  );
}

const subscribeTo =
  (client: BrokerClient) =>
  (listener: () => void): (() => void) => {
    const onEvent = (): void => inNextFrame(listener);
    for (const name of events) client.on(name, onEvent);
    return () => {
      for (const name of events) client.off(name, onEvent);
    };
  };
