import { libzmqOnePeer, libzmqSevenPeer } from '../peers/libzmq.js';
import { natsPeer } from '../peers/nats.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { redisPeer } from '../peers/redis.js';
import { latency } from './latency.js';
import { type ThroughputOptions, throughput } from './throughput.js';
import type { Target, Workload } from './workload.js';

const everybody = [pulsemqPeer, natsPeer, redisPeer, libzmqOnePeer, libzmqSevenPeer];
const topicList = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `sz${String(index).padStart(6, '0')}.tick`);
const all = (count: number): string[][] => Array.from({ length: count }, () => ['>']);

const rate = { name: 'deliveries_per_second', unit: '/s', moreIsBetter: true };
const megabytes = { name: 'megabytes_per_second', unit: 'MB/s', moreIsBetter: true };
const cpu = { name: 'cpu_seconds_per_million', unit: 'CPU s/M', moreIsBetter: false };
const dropped = { name: 'dropped_messages', unit: 'dropped', moreIsBetter: false };

const base: ThroughputOptions = {
  payloadBytes: 100,
  topics: topicList(100),
  publisherCount: 1,
  interests: all(1),
  windowCount: 20_000,
};

const ofNats = (figure: string, factor: number): Target => ({
  text: `${factor} x NATS`,
  figure,
  peer: 'NATS',
  atLeast: factor,
});

const ticks = (
  name: string,
  title: string,
  options: Partial<ThroughputOptions>,
  targets: readonly Target[],
  peers = everybody,
): Workload => ({
  name,
  title,
  figures: [rate, cpu, dropped],
  peers,
  targets,
  run: (peer, seconds) => throughput(peer, { ...base, ...options }, seconds),
});

const batches = (sizeMb: number, readerCount: number): Workload => ({
  name: `batch-${sizeMb}mb-1-${readerCount}`,
  title: `${sizeMb} MB batches, 1 -> ${readerCount}`,
  figures: [megabytes, dropped],
  peers: [pulsemqPeer, natsPeer, libzmqOnePeer],
  targets: [ofNats('megabytes_per_second', 1)],
  run: (peer, seconds) =>
    throughput(
      peer,
      { ...base, payloadBytes: sizeMb * 1_000_000, topics: topicList(4), interests: all(readerCount), windowCount: 4 },
      seconds,
    ),
});

const steady = (thousand: number): Workload => ({
  name: `latency-${thousand}k`,
  title: `latency at ${thousand},000 msg/s, 1 -> 1`,
  figures: [
    { name: 'p50_us', unit: 'us P50', moreIsBetter: false },
    { name: 'p99_us', unit: 'us P99', moreIsBetter: false },
    { name: 'received_per_second', unit: '/s', moreIsBetter: true },
  ],
  peers: [pulsemqPeer, natsPeer],
  targets: [
    { text: 'P50 not above NATS', figure: 'p50_us', peer: 'NATS', atMost: 1 },
    { text: 'P99 at most 1.1 x NATS', figure: 'p99_us', peer: 'NATS', atMost: 1.1 },
    ...(thousand === 100 ? [{ text: 'P50 under 100 us', figure: 'p50_us', atMost: 100 }] : []),
  ],
  run: (peer, seconds) => latency(peer, thousand * 1_000, seconds),
});

/** A thousand subscribers, no two with the same interest, ten receivers of each of ten thousand topics. */
function differentInterests(): string[][] {
  const topics = topicList(10_000);
  return Array.from({ length: 1_000 }, (_, reader) =>
    Array.from({ length: 100 }, (_, index) => topics[(reader * 10 + index * 97) % 10_000]!),
  );
}

export const workloads: readonly Workload[] = [
  ticks('ticks-1-1', '100 B, 1 -> 1, 100 topics', {}, [
    ofNats('deliveries_per_second', 1.25),
    { text: '3 x libzmq, 7 frames', figure: 'deliveries_per_second', peer: 'libzmq, 7 frames', atLeast: 3 },
    { text: '500,000 a second', figure: 'deliveries_per_second', atLeast: 500_000 },
  ]),
  ticks('ticks-1-1-1000', '100 B, 1 -> 1, 1,000 topics', { topics: topicList(1_000) }, [], [pulsemqPeer, natsPeer]),
  ticks('ticks-1-10', '100 B, 1 -> 10', { interests: all(10) }, [ofNats('deliveries_per_second', 2)]),
  ticks('ticks-1-100', '100 B, 1 -> 100', { interests: all(100) }, [ofNats('deliveries_per_second', 2.5)]),
  ticks('kilobyte-1-10', '1 KB, 1 -> 10', { payloadBytes: 1_000, interests: all(10) }, [], [pulsemqPeer, natsPeer]),
  ticks(
    'many-50-5',
    '100 B, 50 publishers -> 5',
    { publisherCount: 50, interests: all(5), windowCount: 2_000 },
    [],
    [pulsemqPeer, natsPeer],
  ),
  ticks(
    'different-interests',
    '100 B, 10,000 topics x 1,000 different interests',
    { topics: topicList(10_000), interests: differentInterests() },
    [ofNats('deliveries_per_second', 1)],
    [pulsemqPeer, natsPeer],
  ),
  batches(1, 1),
  batches(1, 10),
  batches(10, 1),
  batches(10, 10),
  steady(10),
  steady(100),
  steady(500),
];
