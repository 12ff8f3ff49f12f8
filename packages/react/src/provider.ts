import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { BrokerClient } from './broker-client.js';

const ClientContext = createContext<BrokerClient | null>(null);

/** Properties of PulseMQProvider. */
export interface PulseMQProviderProps {
  /** The client that the hooks below use. The program connects and closes it. */
  readonly client: BrokerClient;
  /** Components that use the hooks. */
  readonly children?: ReactNode;
}

/** Gives a client to the hooks in the components below. It neither connects nor closes the client. */
export function PulseMQProvider({ client, children }: PulseMQProviderProps): ReactElement {
  return createElement(ClientContext, { value: client }, children);
}

/** The client of the nearest PulseMQProvider. Throws an Error without one. */
export function useClient(): BrokerClient {
  const client = useContext(ClientContext);
  if (client === null) throw new Error('there is no client: put a PulseMQProvider above this component');
  return client;
}
