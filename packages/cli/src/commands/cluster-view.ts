import type { ClusterPair, ClusterPeer, ClusterState } from '@pulsemq/protocol';

/** What of a cluster is worth a row, with the name of each broker by its id. */
export interface ClusterView {
  readonly peers: readonly ClusterPeer[];
  readonly pairs: readonly ClusterPair[];
  readonly names: ReadonlyMap<string, string>;
}

/**
 * A broker that has started again has a new id, and its run before is known for an hour. That run gets no row where a live broker has its
 * name: after a restart of all brokers one after the other, each would be there twice, and the pairs of dead runs beside those that count.
 */
export function clusterView({ own, peers, pairs }: Pick<ClusterState, 'own' | 'peers' | 'pairs'>): ClusterView {
  const live = new Set(peers.filter(({ health }) => health === 'live').map(({ name }) => name));
  if (own !== null) live.add(own.name);
  const isPast = ({ health, name }: ClusterPeer): boolean => health === 'gone' && live.has(name);
  const past = new Set(peers.filter(isPast).map(({ id }) => id));
  const known = [...(own === null ? [] : [own]), ...peers];
  return {
    peers: peers.filter(({ id }) => !past.has(id)),
    pairs: pairs.filter(({ from, to }) => !past.has(from) && !past.has(to)),
    names: new Map(known.map(({ id, name }) => [id, name])),
  };
}
