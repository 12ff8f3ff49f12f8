import { libzmqOnePeer, libzmqSevenPeer } from '../peers/libzmq.js';
import { natsPeer } from '../peers/nats.js';
import { pulseMqPeer } from '../peers/pulse-mq.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { redisPeer } from '../peers/redis.js';
import { writeLoopPeer } from '../peers/write-loop.js';
import { cpu, deliveryRate, dropped, payloadRate, wireRate } from '../workloads/figures.js';
import { timesNats, timesPeer } from '../workloads/targets.js';
import { type ThroughputOptions, throughput } from '../workloads/throughput.js';
import { differentInterests, everything, topicList } from '../workloads/topics.js';
import type { Workload } from '../workloads/workload.js';

const allBrokers = [pulsemqPeer, natsPeer, redisPeer, libzmqOnePeer, libzmqSevenPeer];
const withNats = [pulsemqPeer, natsPeer];

const writeLoop = writeLoopPeer(100);

const base: ThroughputOptions = {
  payloadBytes: 100,
  topics: topicList(100),
  publisherCount: 1,
  interests: everything(1),
  windowCount: 20_000,
};

type Row = Pick<Workload, 'name' | 'title'> & Partial<Workload> & { readonly options?: Partial<ThroughputOptions> };

const tickRow = ({ options = {}, ...row }: Row): Workload => ({
  figures: [deliveryRate, cpu, dropped],
  peers: withNats,
  targets: [],
  run: (peer, effort) => throughput(peer, { ...base, ...options }, effort),
  ...row,
});

const batchRow = (sizeMb: number, readerCount: number): Workload => ({
  name: `batch-${sizeMb}mb-1-${readerCount}`,
  title: `${sizeMb} MB batches, 1 -> ${readerCount}`,
  figures: [payloadRate, cpu, dropped],
  peers: [pulsemqPeer, natsPeer, libzmqOnePeer],
  targets: [timesNats(payloadRate, 1)],
  run: (peer, effort) => {
    const payloadBytes = Math.round(sizeMb * 1_000_000 * effort.scale);
    const options = { payloadBytes, topics: topicList(4), interests: everything(readerCount), windowCount: 4 };
    return throughput(peer, { ...base, ...options }, effort);
  },
});

/** The Python broker gets a small window: it loses a longer queue, or takes minutes to deliver it. */
const unacknowledgedOf = (wire: string): number => (wire === 'pulse-mq' ? 100 : base.windowCount);

/** Flat out, over raw sockets. */
export const throughputRows: readonly Workload[] = [
  tickRow({
    name: 'ticks-1-1',
    title: '100 B, 1 -> 1, 100 topics',
    peers: [...allBrokers, pulseMqPeer],
    targets: [
      timesNats(deliveryRate, 1.25),
      timesPeer(libzmqSevenPeer.name, deliveryRate, 3),
      timesPeer(pulseMqPeer.name, deliveryRate, 100),
    ],
    run: (peer, effort) => throughput(peer, { ...base, windowCount: unacknowledgedOf(peer.wire) }, effort),
  }),
  tickRow({
    name: 'ticks-1-1-1000',
    title: '100 B, 1 -> 1, 1,000 topics',
    options: { topics: topicList(1_000) },
  }),
  tickRow({
    name: 'ticks-1-1-10000',
    title: '100 B, 1 -> 1, 10,000 topics',
    options: { topics: topicList(10_000) },
  }),
  tickRow({
    name: 'ticks-1-1-100000',
    title: '100 B, 1 -> 1, 100,000 topics',
    options: { topics: topicList(100_000) },
  }),
  tickRow({
    name: 'ticks-1-10',
    title: '100 B, 1 -> 10',
    options: { interests: everything(10) },
    peers: allBrokers,
    targets: [timesNats(deliveryRate, 2)],
  }),
  tickRow({
    name: 'ticks-1-100',
    title: '100 B, 1 -> 100',
    figures: [deliveryRate, wireRate, cpu, dropped],
    options: { interests: everything(100) },
    peers: [...allBrokers, writeLoop],
    targets: [timesNats(deliveryRate, 2.5), timesPeer(writeLoop.name, wireRate, 0.6)],
  }),
  tickRow({
    name: 'kilobyte-1-10',
    title: '1 KB, 1 -> 10',
    options: { payloadBytes: 1_000, interests: everything(10) },
  }),
  tickRow({
    name: 'many-50-5',
    title: '100 B, 50 publishers -> 5',
    options: { publisherCount: 50, interests: everything(5), windowCount: 2_000 },
  }),
  tickRow({
    name: 'different-interests',
    title: '100 B, 10,000 topics x 1,000 different interests, 10 receivers each',
    targets: [timesNats(deliveryRate, 1)],
    run: (peer, effort) =>
      throughput(peer, { ...base, ...differentInterests(Math.round(1_000 * effort.scale)) }, effort),
  }),
  batchRow(1, 1),
  batchRow(1, 10),
  batchRow(10, 1),
  batchRow(10, 10),
];
