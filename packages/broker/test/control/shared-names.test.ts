import { expect, test } from 'vitest';
import { SharedNames } from '../../src/control/cluster/shared-names.js';
import type { BrokerFigures, ClusterFigures, PeerFigures } from '../../src/port-cluster.js';

const broker = (id: string, name: string): BrokerFigures => ({
  id,
  name,
  version: 'test',
  host: `host-${id}`,
  pubPort: 5555,
  subPort: 5556,
  adminPort: 8080,
  startedMs: 0,
  sessionCount: 0,
  subscriberCount: 0,
  publishedCount: 0,
  deliveredCount: 0,
  patternCount: 0,
  interestVersion: 0,
  natsServer: '',
  feeds: [],
});

const peer = (id: string, name: string, health: PeerFigures['health'] = 'live'): PeerFigures => ({
  broker: broker(id, name),
  health,
  sinceMs: 0,
  silentMs: 0,
  appliedVersion: 0,
  receivedCount: 0,
  receivedBytes: 0,
  lostBatchCount: 0,
  lostCount: 0,
  duplicateCount: 0,
  badCount: 0,
  topicCount: 0,
});

const cluster = (peers: readonly PeerFigures[]): ClusterFigures => ({
  name: 'test',
  isConnected: true,
  own: broker('1', 'a'),
  peers,
  foreignCount: 0,
});

test('a name that two live brokers have is found, and reported once with what to do', () => {
  const warnings: string[] = [];
  const names = new SharedNames((text) => warnings.push(text));
  expect(names.find(cluster([peer('2', 'b'), peer('3', 'b', 'gone')]))).toEqual([]);
  for (let second = 0; second < 2; second++)
    expect(names.find(cluster([peer('2', 'a'), peer('3', 'b')]))).toEqual(['a']);
  expect(warnings).toEqual([
    'the brokers at host-1:5555 (1) and host-2:5555 (2) have the same name, "a", and readers may get gaps where nothing was lost: set cluster.broker_name to another name at all but one of them, and restart those',
  ]);
});

test('a shared name is reported again when it comes back', () => {
  const warnings: string[] = [];
  const names = new SharedNames((text) => warnings.push(text));
  for (const peers of [[peer('2', 'a')], [], [peer('2', 'a')]]) names.find(cluster(peers));
  expect(warnings).toHaveLength(2);
});
