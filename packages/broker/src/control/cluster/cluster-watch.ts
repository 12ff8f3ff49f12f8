import type { ClusterBroker, ClusterPair, ClusterPeer, ClusterState } from '@pulsemq/protocol';
import type { BrokerFigures, ClusterFigures, PeerFigures } from '../../port-cluster.js';
import type { EngineQuestions } from '../engine-questions.js';
import { ratePerSecond } from '../stats/rounding.js';
import { SharedNames } from './shared-names.js';

/** The totals of one broker at a moment. */
interface Totals {
  readonly published: number;
  readonly delivered: number;
  readonly received: number;
}

interface Sample {
  readonly atMs: number;
  readonly totals: ReadonlyMap<string, Totals>;
}

const noRates: Totals = { published: 0, delivered: 0, received: 0 };

/** A broker on its own. */
const noCluster: ClusterState = {
  driver: 'none',
  name: null,
  is_connected: false,
  own: null,
  peers: [],
  pairs: [],
  shared_names: [],
  foreign_total: 0,
};

/** The brokers of the cluster as of the last second, with their rates. */
export class ClusterWatch {
  /** The newest state. */
  state: ClusterState;
  /** This broker is one of several. */
  readonly isOn: boolean;
  readonly #questions: EngineQuestions;
  readonly #sharedNames: SharedNames;
  #before: Sample | null = null;
  #isAsking = false;

  /** The engine of a broker on its own, `isOn` false, is not asked. `warn` writes to the log. */
  constructor(questions: EngineQuestions, isOn: boolean, warn: (text: string) => void) {
    this.#questions = questions;
    this.#sharedNames = new SharedNames(warn);
    this.isOn = isOn;
    this.state = { ...noCluster, driver: isOn ? 'nats' : 'none' };
  }

  /** Call once a second. */
  onSecond(): void {
    if (!this.isOn || this.#isAsking) return;
    this.#isAsking = true;
    const done = (): void => {
      this.#isAsking = false;
    };
    // The heartbeat reports an engine that does not answer.
    this.#questions.ask({ kind: 'cluster' }).then((answer) => {
      done();
      if (answer.kind === 'cluster' && answer.cluster !== null) this.#take(answer.cluster);
    }, done);
  }

  #take(figures: ClusterFigures): void {
    const sample = { atMs: performance.now(), totals: totalsOf(figures) };
    const rateOf = this.#ratesSince(sample);
    this.#before = sample;
    const { name, isConnected, own, peers, foreignCount } = figures;
    this.state = {
      driver: 'nats',
      name,
      is_connected: isConnected,
      own: brokerOf(own, rateOf(own.id)),
      peers: peers.map((peer) => peerOf(peer, rateOf(peer.broker.id))),
      shared_names: this.#sharedNames.find(figures),
      pairs: [own, ...peers.map(({ broker }) => broker)].flatMap(pairsOf),
      foreign_total: foreignCount,
    };
  }

  #ratesSince(now: Sample): (id: string) => Totals {
    const before = this.#before;
    if (before === null) return () => noRates;
    const seconds = (now.atMs - before.atMs) / 1_000;
    return (id) => {
      const [from, to] = [before.totals.get(id), now.totals.get(id)];
      if (from === undefined || to === undefined) return noRates;
      return {
        published: ratePerSecond(to.published - from.published, seconds),
        delivered: ratePerSecond(to.delivered - from.delivered, seconds),
        received: ratePerSecond(to.received - from.received, seconds),
      };
    };
  }
}

function totalsOf({ own, peers }: ClusterFigures): Map<string, Totals> {
  const all = [{ broker: own, receivedCount: 0 }, ...peers];
  return new Map(
    all.map(({ broker, receivedCount }) => [
      broker.id,
      { published: broker.publishedCount, delivered: broker.deliveredCount, received: receivedCount },
    ]),
  );
}

const timeOfMs = (ms: number): string => new Date(ms).toISOString();

const brokerOf = (figures: BrokerFigures, rates: Totals): ClusterBroker => ({
  id: figures.id,
  name: figures.name,
  version: figures.version,
  host: figures.host,
  pub_port: figures.pubPort,
  sub_port: figures.subPort,
  admin_port: figures.adminPort,
  started_at: timeOfMs(figures.startedMs),
  sessions: figures.sessionCount,
  subscribers: figures.subscriberCount,
  published_total: figures.publishedCount,
  delivered_total: figures.deliveredCount,
  published_rate: rates.published,
  delivered_rate: rates.delivered,
  patterns: figures.patternCount,
  interest_version: figures.interestVersion,
  nats_server: figures.natsServer === '' ? null : figures.natsServer,
});

const peerOf = (peer: PeerFigures, rates: Totals): ClusterPeer => ({
  ...brokerOf(peer.broker, rates),
  health: peer.health,
  since: timeOfMs(peer.sinceMs),
  silent_ms: peer.silentMs,
  applied_version: peer.appliedVersion,
  received_total: peer.receivedCount,
  received_rate: rates.received,
  received_bytes: peer.receivedBytes,
  lost_batches: peer.lostBatchCount,
  lost_total: peer.lostCount,
  duplicate_total: peer.duplicateCount,
  bad_total: peer.badCount,
  topics: peer.topicCount,
});

const pairsOf = ({ id, feeds }: BrokerFigures): ClusterPair[] =>
  feeds.map((feed) => ({
    from: id,
    to: feed.to,
    sent_total: feed.sentCount,
    sent_bytes: feed.sentBytes,
    unconfirmed_bytes: feed.unconfirmedBytes,
    lag_ms: feed.lagMs,
    skipped_total: feed.skippedCount,
    is_pacing: feed.isPacing,
    is_lagging: feed.isLagging,
  }));
