import { brokerPeer, commonConfig, repositoryRoot } from '../peers/pulsemq.js';
import type { PeerAddress } from '../wire/peer-wire.js';

/** Room on the admin port for a crowd that has one address. Everything else has its default. */
const limits = {
  ...commonConfig.limits,
  max_http_connections: 50_000,
  max_http_connections_per_address: 50_000,
};

/** The broker that pages connect to. */
export const browserPeer = brokerPeer(
  'PulseMQ',
  `whole broker, Node ${process.version}, defaults (but limits of connections that let a crowd come from one address)`,
  { root: repositoryRoot, config: { ...commonConfig, limits } },
);

/** The two places where a broker takes WebSockets. */
export type Entrance = 'publisher port' | 'admin port';

/** The address of a broker for clients that come by WebSocket. */
export const byWebSocket = (address: PeerAddress, entrance: Entrance): PeerAddress => ({
  ...address,
  webSocket:
    entrance === 'publisher port' ? { port: address.pubPort, path: '/' } : { port: address.admin!.port, path: '/ws/' },
});
