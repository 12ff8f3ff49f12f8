import type { ClusterPair, ClusterPeer, ClusterState } from '@pulsemq/protocol';
import { expect, test } from 'vitest';
import { clusterView } from '../src/commands/cluster-view.js';

const peer = (id: string, name: string, health: ClusterPeer['health']) => ({ id, name, health }) as ClusterPeer;
const pair = (from: string, to: string) => ({ from, to }) as ClusterPair;
const own = { id: 'c1', name: 'c' } as NonNullable<ClusterState['own']>;

test('the run of a broker before its restart has no rows; one that is gone for good has', () => {
  const peers = [
    peer('a1', 'a', 'gone'),
    peer('a2', 'a', 'live'),
    peer('b1', 'b', 'gone'),
    peer('c0', 'c', 'gone'),
    peer('d1', 'd', 'unreachable'),
  ];
  const pairs = [pair('c1', 'a2'), pair('a1', 'c1'), pair('c1', 'c0'), pair('b1', 'c1')];
  const view = clusterView({ own, peers, pairs });
  expect(view.peers.map(({ id }) => id)).toEqual(['a2', 'b1', 'd1']);
  expect(view.pairs).toEqual([pair('c1', 'a2'), pair('b1', 'c1')]);
  expect(view.names.get('c1')).toBe('c');
});
