import type { ClientEvents, PulseMQClient } from '@pulsemq/client';

/** What the hooks use of a client. The clients of `@pulsemq/client` for Node and for browsers have it. */
export interface BrokerClient extends Pick<PulseMQClient, 'subscribe' | 'liveTable' | 'isConnected'> {
  /** Adds a listener. */
  on<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): unknown;
  /** Removes a listener. */
  off<Name extends keyof ClientEvents>(name: Name, listener: (event: ClientEvents[Name]) => void): unknown;
}
