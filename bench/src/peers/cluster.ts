import { natsPeer } from './nats.js';
import type { Peer, RunningPeer } from './peer.js';
import { brokerPeer, commonConfig, repositoryRoot } from './pulsemq.js';

const broker = (name: string, natsPort: number): Promise<RunningPeer> =>
  brokerPeer(name, '', {
    root: repositoryRoot,
    config: {
      ...commonConfig,
      cluster: { driver: 'nats', broker_name: name, servers: [`nats://127.0.0.1:${natsPort}`] },
    },
  }).start();

/** Two brokers with one server of NATS between them: publishers are at the first, subscribers at the second. */
export const clusterPeer: Peer = {
  name: 'over NATS',
  wire: 'pulsemq',
  describe: () => {
    const nats = natsPeer.describe();
    return nats && `publishers at one broker, subscribers at another, between them ${nats}`;
  },
  start: async () => {
    const nats = await natsPeer.start();
    const [near, far] = await Promise.all([broker('near', nats.address.pubPort), broker('far', nats.address.pubPort)]);
    return {
      address: { ...near.address, reader: far.address },
      // There are three processes, and no figure of one of them says what the whole costs.
      pid: 0,
      stop: async () => {
        await Promise.all([near.stop(), far.stop()]);
        await nats.stop();
      },
    };
  },
};
