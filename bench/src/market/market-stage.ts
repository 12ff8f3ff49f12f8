import { MessageType } from '@pulsemq/protocol';
import type { GeneratorProcess } from '../load/generator-process.js';
import type { Peer } from '../peers/peer.js';
import { benchNamespace, benchUsername } from '../wire/pulsemq.js';
import { steadily } from '../workloads/latency.js';
import { Stage } from '../workloads/stage.js';
import { type MarketNamespace, newNamespace } from './market-namespace.js';
import type { ReaderJob } from './reader/reader-job.js';
import { ReaderProcess } from './reader/reader-process.js';
import { topicOf } from './topic-index.js';
import { MarketSession } from './wire/market-session.js';

/** The topics of a scenario, and their messages. */
export interface Topics {
  readonly topicCount: number;
  readonly payloadBytes: number;
}

/** Sequence of each topic after `fill`. */
export const filledSequence = 1;

type ReaderDefaults =
  | 'address'
  | 'topicCount'
  | 'startSequence'
  | 'lanesPerSession'
  | 'readBytesPerSecond'
  | 'recordsPace';

/** One run of a scenario: a broker whose namespace keeps last values, and the processes around it. All end with the run. */
export class MarketStage {
  readonly stage: Stage;
  readonly namespace: MarketNamespace;
  readonly #topics: Topics;
  readonly #readers: ReaderProcess[] = [];

  private constructor(stage: Stage, namespace: MarketNamespace, topics: Topics) {
    this.stage = stage;
    this.namespace = namespace;
    this.#topics = topics;
  }

  static run<Result>(peer: Peer, topics: Topics, play: (market: MarketStage) => Promise<Result>): Promise<Result> {
    return Stage.run(peer, async (stage) => {
      const market = new MarketStage(stage, await newNamespace(stage.running.address, true), topics);
      try {
        return await play(market);
      } finally {
        for (const readers of market.#readers) readers.end();
      }
    });
  }

  get topicCount(): number {
    return this.#topics.topicCount;
  }

  /** Publishes one message to every topic, and ends the session that did. */
  async fill(): Promise<void> {
    const { topicCount, payloadBytes } = this.#topics;
    const session = await MarketSession.open(this.stage.running.address);
    const payload = Buffer.alloc(payloadBytes);
    const type = MessageType.pub;
    const parts = { type, namespace: benchNamespace, username: benchUsername, payload };
    await session.requestAll(Array.from({ length: topicCount }, (_, topic) => ({ ...parts, topic: topicOf(topic) })));
    session.close();
  }

  /** Publishes to all topics in turn, each message when it is due, or all that came due once in `writeGapMs`. */
  feed(rate: number, writeGapMs = 0): Promise<GeneratorProcess> {
    const { topicCount, payloadBytes } = this.#topics;
    const topics = Array.from({ length: topicCount }, (_, topic) => topicOf(topic));
    return this.stage.timedPublisher({ topics, payloadBytes, schedule: [steadily(rate)], isStamped: true, writeGapMs });
  }

  /** Lanes that are bound. By default one lane for each session, at full speed, after `fill`. */
  async readers(job: Omit<ReaderJob, ReaderDefaults> & Partial<ReaderJob>): Promise<ReaderProcess> {
    const readers = await ReaderProcess.start({
      address: this.stage.running.address,
      topicCount: this.#topics.topicCount,
      startSequence: filledSequence,
      lanesPerSession: 1,
      readBytesPerSecond: null,
      recordsPace: false,
      ...job,
    });
    this.#readers.push(readers);
    return readers;
  }
}

/** Ends a feed. Resolves with the number of messages that it sent. */
export async function endFeed(feed: GeneratorProcess): Promise<number> {
  feed.ask('stop');
  return (await feed.counts()).count;
}
