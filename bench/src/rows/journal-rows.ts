import { diskRate, journalPeer } from '../peers/journal.js';
import { pulsemqPeer } from '../peers/pulsemq.js';
import { jetstreamPeer, redisStreamsPeer } from '../peers/stores.js';
import { cpu, deliveryRate, dropped, more } from '../workloads/figures.js';
import { stored, storedRate } from '../workloads/stored.js';
import { throughput } from '../workloads/throughput.js';
import { everything, topicList } from '../workloads/topics.js';
import type { Target, Workload } from '../workloads/workload.js';

/** The same ticks with and without a journal. Use `--seconds 30`: shorter runs end before the system writes what it holds in memory. */

const interval = journalPeer('interval');
const journals = [journalPeer('none'), interval, journalPeer('always')];
const diskFigure = more('disk_megabytes_per_second', 'MB/s of the disk alone');

/** With a journal there must be at least 0.7 of the throughput without. */
const atMostWithout: Target = {
  text: `without a journal at most 1.43 times ${interval.name}`,
  figure: deliveryRate.name,
  peer: interval.name,
  atMost: 1.43,
};

const journalRow = (topicCount: number, windowCount: number): Workload => ({
  name: `journal-${topicCount}`,
  title: `100 B, 1 -> 1, ${topicCount} topics, with history`,
  figures: [deliveryRate, cpu, dropped, diskFigure],
  peers: [pulsemqPeer, ...journals],
  targets: topicCount === 100 ? [atMostWithout] : [],
  run: async (peer, effort) => {
    const topics = topicList(topicCount);
    const options = { payloadBytes: 100, topics, publisherCount: 1, interests: everything(1), windowCount };
    const figures = await throughput(peer, options, effort);
    const isJournal = peer !== pulsemqPeer;
    return { ...figures, [diskFigure.name]: isJournal ? diskRate(Math.min(1, effort.seconds)) : Number.NaN };
  },
});

/** Each policy beside the broker of others whose promise is closest: at least three times its rate is the bound. */
const storedRow: Workload = {
  name: 'stored-1',
  title: '100 B, one publisher, 100 topics, every message stored and acknowledged',
  figures: [storedRate],
  peers: [...journals, jetstreamPeer('2m'), jetstreamPeer('always'), redisStreamsPeer],
  targets: [],
  run: (peer, effort) => stored(peer, 100, effort),
};

export const journalRows: readonly Workload[] = [journalRow(100, 20_000), journalRow(10_000, 20_000), storedRow];
